import Engine

extension SegmentTally {
  /// Other signs of a node on a network from which no datagram of it arrives.
  struct Sign: Hashable {
    /// How often its port was probed.
    var asked = 0
    /// Whether its machine answers ARP or neighbour solicitations.
    var answersNeighbours = false
    /// Whether its machine says that nobody listens on the port.
    var refuses = false
    /// Whether some machine says that it cannot be reached: that is a packet filter, if its machine is there.
    var isUnreachable = false
    /// How many of its datagrams to the port have come to this machine's interface.
    var onWire = 0
    /// How many datagrams from its address have come to the socket, whatever they were.
    var arrived = 0
  }

  /// Why a node is not heard on a network.
  enum Silence: Hashable {
    /// Its datagrams reach the interface, and a packet filter of this machine drops them.
    case droppedHere
    /// Its machine is there, and a packet filter refuses the port.
    case refusedThere
    /// Its machine is there, and neither takes nor refuses datagrams to the port.
    case droppedThere
    /// Its short datagrams arrive, but not those as long as a heartbeat.
    case tooLong
    /// Its datagrams arrive, but are no messages of this farm.
    case unreadable
    /// Its machine is there, and nobody listens on the port.
    case idle
    /// Nothing answers.
    case absent
  }

  /// How many probes must go unanswered before that counts: an answer may be lost, and may come only once a second.
  private static let patience = 4

  /// The reason, by the signs, why a node is not heard on a network.
  func silence(of node: NodeID, on network: Int) -> Silence {
    // Datagrams made with another key are the matter of the key's check.
    guard !strangers.contains(node) else { return .absent }
    if peers[node.index].shorts[network] > 2 { return .tooLong }
    guard signs.indices.contains(network) else { return .absent }
    let sign = signs[network][node.index]
    if sign.arrived > 0 { return .unreadable }
    if sign.onWire > 2 { return .droppedHere }
    guard sign.answersNeighbours else { return .absent }
    if sign.refuses { return .idle }
    if sign.isUnreachable { return .refusedThere }
    return sign.asked >= Self.patience ? .droppedThere : .absent
  }

  func isHeard(_ node: NodeID, on network: Int) -> Bool {
    let peer = peers[node.index]
    return peer.heard.datagrams[network] + peer.heartbeats[network] > 0
  }

  /// Whether every silence is explained by a packet filter or a short path, so that waiting longer is in vain.
  var isHopeless: Bool {
    let blocked: Set<Silence> = [.droppedHere, .refusedThere, .droppedThere, .tooLong]
    let silent = others.flatMap { other in
      (0..<networkCount).filter { !isHeard(other, on: $0) }.map { silence(of: other, on: $0) }
    }
    return !silent.isEmpty && silent.allSatisfy(blocked.contains)
  }

  /// Whether nothing at all was heard of a node, in any way.
  func isSilent(_ node: NodeID) -> Bool { !peers[node.index].isHeard && !strangers.contains(node) }
}
