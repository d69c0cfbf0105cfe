import Engine
import FarmFile

/// A way that does not carry datagrams as long as a heartbeat, as over a tunnel: a node whose heartbeats do not come is
/// removed, and goes on serving.
public struct PathTrouble: Sendable, Hashable {
  public var network: NetworkID
  /// The node whose short datagrams arrive and long ones do not; `nil` where this machine's own interface is too narrow.
  public var node: NodeID?
  /// Of the interface; `nil` where it is about a node.
  var interface: String?
  /// The longest IP packet that the interface carries; `nil` where it is about a node.
  var mtu: Int?
  /// Of the IP packet with the longest heartbeat.
  public var packetBytes: Int

  /// What it is about, as a word.
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

extension PathReport {
  init(_ trouble: PathTrouble, names: FarmNames) {
    self.init(
      node: trouble.node.map { names.name($0) }, network: names.name(trouble.network),
      packetBytes: trouble.packetBytes, text: trouble.words(names))
  }
}
