import Engine
import FarmFile

/// Where heartbeats come from that no key of this farm explains: who sends them, and whom they pretend to be.
public struct ForgedHeartbeats: Sendable, Hashable {
  /// The node whose address they have.
  public var node: NodeID
  public var address: IPAddress
  /// The sender of the frames, which nobody but its switch vouches for.
  public var mac: MACAddress
  public var interface: String
  /// The MAC from which authentic heartbeats come from the same address; `nil` if none have been seen meanwhile.
  public var authenticMAC: MACAddress?
  /// How many have been seen.
  public var count: UInt64 = 1
  /// When the last one came.
  public var last: Instant

  /// What it means, in one line. - Parameter name: the node's.
  func words(node name: String) -> String {
    let what =
      "heartbeats with the address \(address.text) of \(name) come from MAC \(mac) on \(interface) and are not made with this farm's key"
    guard let authenticMAC, authenticMAC != mac else {
      return what + ": one of the two machines has the wrong key, or somebody pretends to be \(name)"
    }
    return what + ": somebody pretends to be \(name), which sends from MAC \(authenticMAC)"
  }
}
