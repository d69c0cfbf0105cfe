import Engine
import FarmFile

/// A path that does not carry datagrams as long as a heartbeat, such as one through a tunnel. A node whose heartbeats
/// do not arrive is removed, and goes on serving.
public struct PathTrouble: Sendable, Hashable {
  public var network: NetworkID
  /// The node whose short datagrams arrive but whose long ones do not; `nil` if this machine's own interface has too
  /// small an MTU.
  public var node: NodeID?
  /// The interface; `nil` if it is about a node.
  var interface: String?
  /// The longest IP packet that the interface carries; `nil` if it is about a node.
  var mtu: Int?
  /// Length of the IP packet with the longest heartbeat.
  public var packetBytes: Int

  /// The network and node that it is about, as a key.
  var subject: String { "\(network.rawValue) \(node.map { "\($0.rawValue)" } ?? "here")" }

  func words(_ names: FarmNames) -> String {
    let name = names.name(network)
    guard let node else {
      return
        "network \(name): the MTU of \(interface ?? "the interface") is \(mtu ?? 0), and heartbeats of this farm take IP packets of \(packetBytes) bytes"
    }
    return
      "network \(name): short datagrams of \(names.name(node)) arrive, and its heartbeats in IP packets of \(packetBytes) bytes do not: look at the MTU of interfaces, tunnels and switches between"
  }
}
