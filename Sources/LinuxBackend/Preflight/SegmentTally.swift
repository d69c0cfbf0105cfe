import Engine

/// What one node has heard of the others, and they of it, while all of them are checked at the same time.
///
/// It knows nothing of sockets and clocks but what it is told.
struct SegmentTally {
  /// One other node.
  struct Peer {
    /// `nil` until its preflight is heard.
    var session: UInt64?
    /// What was heard of it.
    var heard: SegmentMessage.Heard
    /// Heartbeats of a farmd that runs there, by network.
    var heartbeats: [UInt32]
    /// What it says to have heard of this node.
    var echoed: SegmentMessage.Heard?
    var configuration: Digest?
    /// How far its wall clock was ahead, at the last message.
    var clockLead: Int64 = 0
    var isComplete = false
    /// By network, its last datagram's number when the first one was heard, and the last one heard.
    var first: [UInt32]
    var last: [UInt32]
    /// Short datagrams, by network, that come where those as long as a heartbeat may not.
    var shorts: [UInt32]

    /// Somebody else hears its preflight.
    var isKnown = false

    var isHeard: Bool { session != nil || heartbeats.contains { $0 > 0 } }
  }

  let node: NodeID
  let networkCount: Int
  let usesFrames: Bool
  let session: UInt64
  private(set) var peers: [Peer]
  /// Nodes from whose addresses something came that no key explains.
  private(set) var strangers: Set<NodeID> = []

  /// By network and node id, what else is known of nodes that are not heard; empty if nobody looked.
  var signs: [[Sign]] = []

  /// - Parameter session: not 0.
  init(node: NodeID, nodeCount: Int, networkCount: Int, usesFrames: Bool, session: UInt64) {
    (self.node, self.networkCount, self.usesFrames, self.session) = (node, networkCount, usesFrames, session)
    let none = [UInt32](repeating: 0, count: networkCount)
    let peer = Peer(heard: .init(datagrams: none), heartbeats: none, first: none, last: none, shorts: none)
    peers = Array(repeating: peer, count: nodeCount)
  }

  /// All ids but this node's.
  var others: [NodeID] { peers.indices.map { NodeID($0) }.filter { $0 != node } }

  /// Counts an authentic message.
  /// - Parameters:
  ///   - network: `nil` for a frame.
  ///   - wallMilliseconds: of this machine.
  mutating func take(_ message: SegmentMessage, on network: NetworkID?, wallMilliseconds: UInt64) {
    guard message.node != node, message.node.index < peers.count else { return }
    var peer = peers[message.node.index]
    if peer.session != message.session {
      // It was started again: what was heard of the run before says nothing of this one.
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

  /// What a running farmd announces.
  mutating func takeConfiguration(_ configuration: Digest, of node: NodeID) {
    if peers[node.index].session == nil { peers[node.index].configuration = configuration }
  }

  mutating func takeUnauthentic(from node: NodeID) {
    if node != self.node { strangers.insert(node) }
  }

  /// Enough was heard of every node, and by every node, to say how things are.
  var isComplete: Bool {
    others.allSatisfy { other in
      let peer = peers[other.index]
      guard let echoed = peer.echoed else { return false }
      return [peer.heard, echoed].allSatisfy { heard in
        heard.datagrams.allSatisfy { $0 >= Self.enough } && (!usesFrames || heard.frames >= Self.enough)
      }
    }
  }

  /// Every other node says the same.
  var isCompleteEverywhere: Bool { isComplete && others.allSatisfy { peers[$0.index].isComplete } }

  /// So many of each kind: one might have come by chance, and losses show.
  static let enough: UInt32 = 10
}
