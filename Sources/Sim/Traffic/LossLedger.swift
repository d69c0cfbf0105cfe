import Engine

/// The causes of lost flows and missing answers: counted by node and by edge of the fault plan.
///
/// A loss is charged to one edge:
/// - A flow that its node's kernel has forgotten: the edge that held the node when its kernel forgot, or had ended less
///   than ``Traffic/patience`` before; without one, the last edge before that.
/// - A flow whose node is hidden from its clients: the edge that hid the node.
/// - Any other flow: the edge that disturbed its bucket last before its trouble began.
/// - A connect or request that came to a node whose application did not serve it: the edge that had struck the node.
/// - Another one that came while its bucket was not whole: the edge that the disturbance is charged to
///   (``RebalanceMeter``), so that both tables agree.
/// - All others, and packets lost by chance alone: the last edge before their trouble began.
///
/// A packet that is answered costs nothing here.
struct LossLedger: Sendable {
  private(set) var byNode: [LossCounts]
  /// The first entry holds losses that began before any edge; entry `i + 1` belongs to edge `i`.
  private(set) var byEdge: [LossCounts]
  private let edges: [UInt64]
  /// By node: the edge that struck it last, -1 if none did, and until when its losses are charged to that edge.
  private var struckBy: [Int]
  private var struckUntil: [UInt64]
  /// By node: the edge that hid it last.
  private var hiddenBy: [Int]
  /// By node and generation of its tracking: the edge that ended it.
  private var endedBy: [[Int]]
  /// By bucket of all spaces, one after the other: the times in which it was not whole, in order. Empty until one is
  /// not.
  private var disturbances: [[Span]] = []
  /// Where each space's buckets begin; one entry more than spaces.
  private let offsets: [Int]

  /// A time in which a bucket was not whole, and the edge that this is charged to.
  private struct Span: Sendable {
    var from: UInt64
    var until = UInt64.max
    var edge: Int
  }

  /// - Parameters:
  ///   - edges: when faults begin and end, ascending.
  ///   - bucketCounts: by space.
  init(nodeCount: Int, edges: [Instant], bucketCounts: [Int]) {
    offsets = bucketCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    byNode = [LossCounts](repeating: LossCounts(), count: nodeCount)
    byEdge = [LossCounts](repeating: LossCounts(), count: edges.count + 1)
    self.edges = edges.map(\.nanoseconds)
    struckBy = [Int](repeating: -1, count: 64)
    struckUntil = [UInt64](repeating: 0, count: 64)
    hiddenBy = struckBy
    endedBy = [[Int]](repeating: [], count: 64)
  }

  /// Measuring begins: earlier losses do not count.
  mutating func restart() {
    for n in byNode.indices { byNode[n] = LossCounts() }
    for e in byEdge.indices { byEdge[e] = LossCounts() }
  }

  /// The networks hide nodes from their clients.
  mutating func hidden(_ nodes: NodeSet, at time: Instant) {
    let time = time.nanoseconds
    // Of several edges at one instant, one that names the node has been set already and is the better guess.
    for node in nodes where hiddenBy[node.index] < 0 || edges[hiddenBy[node.index]] != time {
      hiddenBy[node.index] = lastEdge(at: time)
    }
  }

  /// An edge takes nodes out of service, or hides them from their clients.
  mutating func struck(_ nodes: NodeSet, by edge: Int, hides: Bool) {
    for node in nodes {
      (struckBy[node.index], struckUntil[node.index]) = (edge, .max)
      if hides { hiddenBy[node.index] = edge }
    }
  }

  /// The fault that struck nodes is over.
  /// - Parameter edge: the one at which it struck; `nil` for any.
  mutating func mended(_ nodes: NodeSet, of edge: Int?, at time: Instant) {
    for node in nodes where struckUntil[node.index] == .max {
      if let edge, struckBy[node.index] != edge { continue }
      struckUntil[node.index] = (time + Traffic.patience).nanoseconds
    }
  }

  /// A bucket is no longer whole because of an edge, or is whole again and that edge is now known to have been the
  /// cause.
  /// - Parameter bucket: its place among those of all spaces.
  mutating func disturbed(_ bucket: Int, by edge: Int, isWhole: Bool, at time: Instant) {
    if isWhole {
      guard bucket < disturbances.count, let last = disturbances[bucket].indices.last,
        disturbances[bucket][last].until == .max
      else { return }
      disturbances[bucket][last].edge = edge
      return mended(bucket, at: time)
    }
    if disturbances.isEmpty { disturbances = [[Span]](repeating: [], count: offsets[offsets.count - 1]) }
    disturbances[bucket].append(Span(from: time.nanoseconds, edge: edge))
  }

  /// A bucket is whole again.
  mutating func mended(_ bucket: Int, at time: Instant) {
    guard bucket < disturbances.count, let last = disturbances[bucket].indices.last else { return }
    disturbances[bucket][last].until = min(disturbances[bucket][last].until, time.nanoseconds)
  }

  /// The edge by which a bucket was not whole at a time; `nil` if it was whole.
  func disturbance(_ space: Int, _ bucket: Int, at time: UInt64) -> Int? {
    span(space, bucket, before: time).flatMap { time <= $0.until ? $0.edge : nil }
  }

  /// The edge by which a bucket was not whole last, at a time or before; `nil` if it was always whole.
  func lastDisturbance(_ space: Int, _ bucket: Int, before time: UInt64) -> Int? {
    span(space, bucket, before: time)?.edge
  }

  private func span(_ space: Int, _ bucket: Int, before time: UInt64) -> Span? {
    if disturbances.isEmpty { return nil }
    return disturbances[offsets[space] + bucket].last { $0.from <= time }
  }

  /// The edge to which losses of a node are charged at a time; `nil` if nothing had struck it.
  func strike(of node: Int, at time: UInt64) -> Int? {
    struckBy[node] >= 0 && time <= struckUntil[node] ? struckBy[node] : nil
  }

  /// A node's kernel forgets the flows that it tracks: the next generation begins.
  mutating func forgot(_ node: NodeID, at time: UInt64) {
    endedBy[node.index].append(strike(of: node.index, at: time) ?? lastEdge(at: time))
  }

  /// A flow was broken or reset.
  /// - Parameter disturbance: the edge that disturbed its bucket last before its trouble began.
  mutating func lost(
    _ flow: FlowRecord, isTracked: Bool, isOutside: Bool, disturbance: Int?, at time: UInt64
  ) {
    let node = Int(flow.node)
    var edge = disturbance ?? lastEdge(at: min(flow.since, time))
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
  /// - Parameters:
  ///   - cause: the edge that it is charged to; `nil` for the last one before.
  ///   - isLost: whether a node would have answered, but the packet or the answer was lost by chance.
  mutating func repeated(since: UInt64, cause: Int?, isLost: Bool) {
    let place = (cause ?? lastEdge(at: since)) + 1
    byEdge[place].repeated += 1
    if isLost { byEdge[place].repeatedByLoss += 1 }
  }

  /// A connect or request was given up.
  mutating func unanswered(since: UInt64, cause: Int?) {
    byEdge[(cause ?? lastEdge(at: since)) + 1].unanswered += 1
  }

  /// A connect was refused.
  mutating func refused(since: UInt64, cause: Int?) {
    byEdge[(cause ?? lastEdge(at: since)) + 1].refused += 1
  }

  /// A connect died because two nodes answered.
  mutating func answeredTwice(since: UInt64, cause: Int?) {
    byEdge[(cause ?? lastEdge(at: since)) + 1].answeredTwice += 1
  }

  /// The last edge at or before a time; -1 if there is none. - Complexity: O(log n).
  func lastEdge(at time: UInt64) -> Int {
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
  /// Connects and requests whose first attempt was not answered, and those of them that a node would have answered had
  /// the packet or the answer not been lost by chance.
  public var repeated = 0
  public var repeatedByLoss = 0
  /// Connects and requests that were given up after the last retry.
  public var unanswered = 0
  /// Connects that were refused, and those that died because two nodes answered.
  public var refused = 0
  public var answeredTwice = 0

  public init() {}
}
