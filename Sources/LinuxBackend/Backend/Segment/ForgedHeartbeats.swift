import Engine
import FarmFile

/// Where heartbeats come from that no key of this farm explains: the machine that sends them, and the node that they
/// name.
public struct ForgedHeartbeats: Sendable, Hashable {
  /// The node whose address they have as their source.
  public var node: NodeID
  public var address: IPAddress
  /// The sender of the frames. A MAC can be forged as well.
  public var mac: MACAddress
  public var interface: String
  /// The MAC that sends authentic heartbeats with the same address; `nil` if none were seen meanwhile.
  public var authenticMAC: MACAddress?
  /// How many have been seen.
  public var count: UInt64 = 1
  /// When the last one came.
  public var last: Instant

  /// What it means, in one line.
  /// - Parameter name: the node's name.
  func words(node name: String) -> String {
    let what =
      "heartbeats with the address \(address.text) of \(name) come from MAC \(mac) on \(interface) and are not made with this farm's key"
    guard let authenticMAC, authenticMAC != mac else {
      return what + ": one of the two machines has the wrong key, or somebody pretends to be \(name)"
    }
    return what + ": somebody pretends to be \(name), which sends from MAC \(authenticMAC)"
  }
}
