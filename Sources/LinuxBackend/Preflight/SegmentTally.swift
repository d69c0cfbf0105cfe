import Engine

/// Counts what one node has heard of the others, and they of it, while all of them are checked at the same time.
///
/// A message of another node counts by network, or as a frame, and tells in turn what that node has heard of this one.
/// Heartbeats of a running farmd count as heard, but tell nothing back. The tally uses no sockets or clocks: the caller
/// passes in everything.
struct SegmentTally {
  /// One other node.
  struct Peer {
    /// `nil` until its preflight is heard.
    var session: UInt64?
    /// How much was heard of it.
    var heard: SegmentMessage.Heard
    /// Heartbeats of a farmd that runs there, by network.
    var heartbeats: [UInt32]
    /// How much it says it has heard of this node; `nil` before it says so.
    var echoed: SegmentMessage.Heard?
    var configuration: Digest?
    /// How far its wall clock was ahead at the last message, in milliseconds.
    var clockLead: Int64 = 0
    var isComplete = false
    /// By network, the number of the first datagram heard of it, and the highest one heard.
    var first: [UInt32]
    var last: [UInt32]
    /// By network, the short datagrams, which may arrive where those as long as a heartbeat do not.
    var shorts: [UInt32]

    /// Whether another node hears its preflight.
    var isKnown = false

    var isHeard: Bool { session != nil || heartbeats.contains { $0 > 0 } }
  }

  let node: NodeID
  let networkCount: Int
  let usesFrames: Bool
  let session: UInt64
  private(set) var peers: [Peer]
  /// Nodes from whose addresses datagrams came that no key explains.
  private(set) var strangers: Set<NodeID> = []

  /// Other signs of the nodes that are not heard, by network and node id; empty if nobody has looked.
  var signs: [[Sign]] = []

  /// - Parameter session: a number other than 0.
  init(node: NodeID, nodeCount: Int, networkCount: Int, usesFrames: Bool, session: UInt64) {
    (self.node, self.networkCount, self.usesFrames, self.session) = (node, networkCount, usesFrames, session)
    let none = [UInt32](repeating: 0, count: networkCount)
    let peer = Peer(heard: .init(datagrams: none), heartbeats: none, first: none, last: none, shorts: none)
    peers = Array(repeating: peer, count: nodeCount)
  }

  /// The ids of all nodes but this one.
  var others: [NodeID] { peers.indices.map { NodeID($0) }.filter { $0 != node } }

  /// Counts an authentic message.
  /// - Parameters:
  ///   - network: `nil` for a frame.
  ///   - wallMilliseconds: this machine's wall clock.
  mutating func take(_ message: SegmentMessage, on network: NetworkID?, wallMilliseconds: UInt64) {
    guard message.node != node, message.node.index < peers.count else { return }
    var peer = peers[message.node.index]
    if peer.session != message.session {
      // The node's preflight was started again: counts of the earlier run say nothing about this one.
      let fresh = SegmentTally(
        node: node, nodeCount: peers.count, networkCount: networkCount, usesFrames: usesFrames,
        session: session)
      let heartbeats = peer.heartbeats
      peer = fresh.peers[message.node.index]
      peer.heartbeats = heartbeats
      peer.shorts = peers[message.node.index].shorts
      peer.isKnown = peers[message.node.index].isKnown
      peer.session = message.session
    }
    if let network {
      let i = network.index
      if peer.heard.datagrams[i] == 0 { peer.first[i] = message.sequence }
      peer.last[i] = max(peer.last[i], message.sequence)
      peer.heard.datagrams[i] &+= 1
    } else {
      peer.heard.frames &+= 1
    }
    if message.sessions[node.index] == session { peer.echoed = message.heard[node.index] }
    peer.configuration = message.configuration
    peer.clockLead = Int64(clamping: message.wallMilliseconds) - Int64(clamping: wallMilliseconds)
    peer.isComplete = message.isComplete
    peers[message.node.index] = peer
    for other in others where message.sessions[other.index] != 0 { peers[other.index].isKnown = true }
  }

  /// Counts a heartbeat of a running farmd.
  mutating func takeHeartbeat(from node: NodeID, on network: NetworkID) {
    guard node != self.node else { return }
    peers[node.index].heartbeats[network.index] &+= 1
  }

  /// Counts a short datagram, of a preflight or of a running farmd.
  mutating func takeShort(from node: NodeID, on network: NetworkID) {
    guard node != self.node else { return }
    peers[node.index].shorts[network.index] &+= 1
  }

  /// Takes the configuration that a running farmd announces.
  mutating func takeConfiguration(_ configuration: Digest, of node: NodeID) {
    if peers[node.index].session == nil { peers[node.index].configuration = configuration }
  }

  mutating func takeUnauthentic(from node: NodeID) {
    if node != self.node { strangers.insert(node) }
  }

  /// Whether this node has heard enough of every node, and every node of it, to judge.
  var isComplete: Bool {
    others.allSatisfy { other in
      let peer = peers[other.index]
      guard let echoed = peer.echoed else { return false }
      return [peer.heard, echoed].allSatisfy { heard in
        heard.datagrams.allSatisfy { $0 >= Self.enough } && (!usesFrames || heard.frames >= Self.enough)
      }
    }
  }

  /// Whether every other node is complete as well.
  var isCompleteEverywhere: Bool { isComplete && others.allSatisfy { peers[$0.index].isComplete } }

  /// The messages of each kind that are enough: one might arrive by chance, and losses must show.
  static let enough: UInt32 = 10
}
