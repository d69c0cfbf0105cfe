import Engine

/// How clients' packets get lost by chance on the way to the nodes, and the nodes' answers on the way back.
///
/// A packet first crosses the uplink, where all nodes lose it together. Then each node's own copy may be lost, and then
/// its answer. Copies and answers are drawn only for nodes for which it matters. A node with a loss of its own draws it
/// from a stream of its own, so that it shifts no draw of the others. Bursts of heartbeats and of clients' packets
/// follow the same law on an interface but have separate states.
struct PacketLoss: Sendable {
  /// Whether no packet is lost by chance on its way to a node.
  private(set) var isNone = true
  /// Whether no answer is lost by chance.
  private(set) var sparesAnswers = true
  private var path: ClientPath
  private var sparesCopies = true
  private var uplinkIsBad = false
  private var downlinksAreBad: UInt64 = 0
  private var answerUplinksAreBad: UInt64 = 0
  private var answerLinksAreBad: UInt64 = 0
  private var dice: BatchedStream
  /// By node, for its own copies and for its answers.
  private var copyDice: [BatchedStream]
  private var answerDice: [BatchedStream]

  init(_ path: ClientPath, seed: UInt64, trial: Int) {
    self.path = path
    func stream(_ entity: Int, _ purpose: RandomStream.Purpose) -> BatchedStream {
      BatchedStream(RandomStream(seed: seed, trial: trial, entity: UInt64(entity), purpose: purpose))
    }
    dice = stream(0, .packetLoss)
    copyDice = path.own.indices.map { stream($0 + 1, .packetLoss) }
    answerDice = path.own.indices.map { stream($0 + 1, .answerLoss) }
    set(path)
  }

  /// Replaces the path. Bursts under way continue.
  mutating func set(_ path: ClientPath) {
    self.path = path
    sparesCopies = path.downlink == .none && path.own.allSatisfy { $0 == nil || $0 == LossModel.none }
    isNone = path.uplink == .none && sparesCopies
    sparesAnswers =
      path.answerUplink.allSatisfy { $0 == .none } && path.answerLink.allSatisfy { $0 == .none }
  }

  /// Those of the nodes that get a packet.
  @inline(__always) mutating func receivers(of nodes: UInt64) -> UInt64 { isNone ? nodes : drawn(nodes) }

  /// Those of the nodes whose answers reach the client.
  @inline(__always) mutating func answers(of nodes: UInt64) -> UInt64 {
    sparesAnswers ? nodes : drawnAnswers(nodes)
  }

  private mutating func drawn(_ nodes: UInt64) -> UInt64 {
    if path.uplink.loses(isBad: &uplinkIsBad, drawing: &dice) { return 0 }
    if sparesCopies { return nodes }
    var left = nodes
    var receivers = nodes
    while left != 0 {
      let node = left.trailingZeroBitCount
      let bit = left & (0 &- left)
      left ^= bit
      let isLost =
        if let own = path.own[node] {
          own.loses(bad: &downlinksAreBad, bit, drawing: &copyDice[node])
        } else {
          path.downlink.loses(bad: &downlinksAreBad, bit, drawing: &dice)
        }
      if isLost { receivers ^= bit }
    }
    return receivers
  }

  private mutating func drawnAnswers(_ nodes: UInt64) -> UInt64 {
    var left = nodes
    var heard = nodes
    while left != 0 {
      let node = left.trailingZeroBitCount
      let bit = left & (0 &- left)
      left ^= bit
      if path.answerUplink[node].loses(bad: &answerUplinksAreBad, bit, drawing: &answerDice[node])
        || path.answerLink[node].loses(bad: &answerLinksAreBad, bit, drawing: &answerDice[node])
      {
        heard ^= bit
      }
    }
    return heard
  }
}
