import Engine

/// Whose doing it is that clients lose flows or get no answer: counted by node and by edge of the fault plan.
///
/// A loss is charged to one edge:
/// - A flow that its node's kernel has forgotten: the edge that had struck the node when it forgot, or until
///   ``Traffic/patience`` before; if none had, the last edge before that.
/// - A flow whose node is hidden from its clients: the edge that hid the node.
/// - Any other flow, connect or request: the last edge before its trouble began.
///
/// Nothing happens here for a packet that is answered.
struct LossLedger: Sendable {
  /// What clients lost.
  private(set) var byNode: [LossCounts]
  /// The first entry holds what began before any edge; entry `i + 1` is of edge `i`.
  private(set) var byEdge: [LossCounts]
  private let edges: [UInt64]
  /// By node: the edge that struck it last, -1 if none did, and until when what it loses is charged to that.
  private var struckBy: [Int]
  private var struckUntil: [UInt64]
  /// By node: the edge that hid it last.
  private var hiddenBy: [Int]
  /// By node and generation of its tracking: the edge that ended it.
  private var endedBy: [[Int]]

  /// - Parameter edges: when faults begin and end, ascending.
  init(nodeCount: Int, edges: [Instant]) {
    byNode = [LossCounts](repeating: LossCounts(), count: nodeCount)
    byEdge = [LossCounts](repeating: LossCounts(), count: edges.count + 1)
    self.edges = edges.map(\.nanoseconds)
    struckBy = [Int](repeating: -1, count: 64)
    struckUntil = [UInt64](repeating: 0, count: 64)
    hiddenBy = struckBy
    endedBy = [[Int]](repeating: [], count: 64)
  }

  /// Measuring begins: what was lost before does not count.
  mutating func restart() {
    for n in byNode.indices { byNode[n] = LossCounts() }
    for e in byEdge.indices { byEdge[e] = LossCounts() }
  }

  /// The networks hide nodes from their clients.
  mutating func hidden(_ nodes: NodeSet, at time: Instant) {
    let time = time.nanoseconds
    // A fault that names the node knows better which of several at one instant it was.
    for node in nodes where hiddenBy[node.index] < 0 || edges[hiddenBy[node.index]] != time {
      hiddenBy[node.index] = lastEdge(at: time)
    }
  }

  /// An edge takes nodes out of service, or hides them.
  mutating func struck(_ nodes: NodeSet, by edge: Int, hides: Bool) {
    for node in nodes {
      (struckBy[node.index], struckUntil[node.index]) = (edge, .max)
      if hides { hiddenBy[node.index] = edge }
    }
  }

  /// What struck nodes is over.
  mutating func mended(_ nodes: NodeSet, at time: Instant) {
    for node in nodes where struckUntil[node.index] == .max {
      struckUntil[node.index] = (time + Traffic.patience).nanoseconds
    }
  }

  /// A node's kernel forgets the flows that it tracks: the next generation begins.
  mutating func forgot(_ node: NodeID, at time: UInt64) {
    let isStruck = struckBy[node.index] >= 0 && time <= struckUntil[node.index]
    endedBy[node.index].append(isStruck ? struckBy[node.index] : lastEdge(at: time))
  }

  /// A flow was broken or reset.
  mutating func lost(_ flow: FlowRecord, isTracked: Bool, isOutside: Bool, at time: UInt64) {
    let node = Int(flow.node)
    var edge = lastEdge(at: min(flow.since, time))
    if !isTracked, Int(flow.generation) < endedBy[node].count {
      edge = endedBy[node][Int(flow.generation)]
    } else if !isOutside, hiddenBy[node] >= 0 {
      edge = hiddenBy[node]
    }
    if isOutside {
      byNode[node].elsewhere += 1
      byEdge[edge + 1].elsewhere += 1
    } else {
      byNode[node].withNode += 1
      byEdge[edge + 1].withNode += 1
    }
  }

  /// A connect or request was not answered at once, and is tried again.
  /// - Parameter isLost: whether a node would have answered, but the packet or the answer was lost by chance.
  mutating func repeated(since: UInt64, isLost: Bool) {
    let place = lastEdge(at: since) + 1
    byEdge[place].repeated += 1
    if isLost { byEdge[place].repeatedByLoss += 1 }
  }

  /// One was given up.
  mutating func unanswered(since: UInt64) { byEdge[lastEdge(at: since) + 1].unanswered += 1 }

  /// A connect was refused.
  mutating func refused(since: UInt64) { byEdge[lastEdge(at: since) + 1].refused += 1 }

  /// A connect died because two nodes answered.
  mutating func answeredTwice(since: UInt64) { byEdge[lastEdge(at: since) + 1].answeredTwice += 1 }

  /// The last edge at or before a time; -1: none. - Complexity: O(log n).
  private func lastEdge(at time: UInt64) -> Int {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }
}

/// What clients lost.
public struct LossCounts: BitwiseCopyable, Sendable, Hashable {
  /// Established flows that were broken or reset: those whose node had failed or was hidden, and the others.
  public var withNode = 0
  public var elsewhere = 0
  /// Connects and requests whose first attempt was not answered, and those of them whose packet or answer was lost by
  /// chance on the way: a node would have answered.
  public var repeated = 0
  public var repeatedByLoss = 0
  /// Connects and requests that were given up after the last retry.
  public var unanswered = 0
  /// Connects that were refused, and those that died because two nodes answered.
  public var refused = 0
  public var answeredTwice = 0

  public init() {}
}
