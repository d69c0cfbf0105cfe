import Engine

extension SegmentTally {
  /// What is known of a node on a network of which no datagram arrives, by other signs.
  struct Sign: Hashable {
    /// How often its port was asked.
    var asked = 0
    /// Its machine answers ARP or neighbour solicitations.
    var answersNeighbours = false
    /// Its machine says that nobody listens on the port.
    var refuses = false
    /// Somebody says that it cannot be reached: a packet filter, if its machine is there.
    var isUnreachable = false
    /// Datagrams of it to the port that came to this machine's interface.
    var onWire = 0
    /// Datagrams from its address that came to the socket, whatever they were.
    var arrived = 0
  }

  /// Why nothing of a node is heard on a network.
  enum Silence: Hashable {
    /// Its datagrams come to the interface, and a packet filter of this machine drops them.
    case droppedHere
    /// Its machine is there, and a packet filter of it says that it lets nothing in.
    case refusedThere
    /// Its machine is there, and neither takes nor refuses anything at the port.
    case droppedThere
    /// Its short datagrams arrive, and those as long as a heartbeat do not.
    case tooLong
    /// Its datagrams arrive, and are no message of this farm's.
    case unreadable
    /// Its machine is there, and nobody listens.
    case idle
    /// Nothing answers.
    case absent
  }

  /// So many questions must go unanswered before that says something: an answer may be lost, and comes once a second at most.
  private static let patience = 4

  /// What the signs say of a node that is not heard on a network.
  func silence(of node: NodeID, on network: Int) -> Silence {
    // What comes from a node with another key is its own story.
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

  /// Every node that is not heard is kept from it by a packet filter: to wait longer is in vain.
  var isHopeless: Bool {
    let blocked: Set<Silence> = [.droppedHere, .refusedThere, .droppedThere, .tooLong]
    let silent = others.flatMap { other in
      (0..<networkCount).filter { !isHeard(other, on: $0) }.map { silence(of: other, on: $0) }
    }
    return !silent.isEmpty && silent.allSatisfy(blocked.contains)
  }

  /// Nothing at all was heard of a node, by whatever way.
  func isSilent(_ node: NodeID) -> Bool { !peers[node.index].isHeard && !strangers.contains(node) }
}
