import Engine

/// Finds the removals that were mistakes.
///
/// A removal is false if for at least `tau + T + delta` the removed node's daemon had run undisturbed and frames could
/// have got from it to the observer, directly or through other nodes. So a fault excuses removals of the nodes that it
/// stops and between nodes that it leaves without any way. A cut with a way round it excuses none. A loss excuses only
/// if it is total, and a delay never does.
struct RemovalMeter: Sendable {
  private(set) var falseRemovals = 0
  private let nodeCount: Int
  /// How long after a disturbance a removal may still be due to it.
  private var memory: Duration
  /// By sender: the nodes that its frames reach by some way.
  private var ways: [NodeSet]
  /// By sender times count plus observer: when there was no way for the last time; `nil` if there has always been one.
  private var lostUntil: [Instant?]

  init(nodeCount: Int, heartbeat: HeartbeatSettings) {
    self.nodeCount = nodeCount
    memory = RemovalMeter.memory(heartbeat)
    ways = [NodeSet](repeating: NodeSet(first: nodeCount), count: nodeCount)
    lostUntil = [Instant?](repeating: nil, count: nodeCount * nodeCount)
  }

  private static func memory(_ heartbeat: HeartbeatSettings) -> Duration {
    heartbeat.timeout + heartbeat.interval + heartbeat.delayBound
  }

  /// From now on nodes may also use these timings, so the longer memory holds.
  mutating func allow(_ heartbeat: HeartbeatSettings) { memory = max(memory, RemovalMeter.memory(heartbeat)) }

  /// The reachability has changed: `direct` has, by sender, the nodes that its frames reach on some network.
  mutating func reachChanged(_ direct: [NodeSet], at now: Instant) {
    for s in 0..<nodeCount {
      for o in 0..<nodeCount where !ways[s].contains(NodeID(o)) { lostUntil[s * nodeCount + o] = now }
    }
    ways = direct
    for s in 0..<nodeCount { ways[s].insert(NodeID(s)) }
    // Warshall's transitive closure, a machine word at a time.
    for middle in 0..<nodeCount {
      for s in 0..<nodeCount where ways[s].contains(NodeID(middle)) {
        ways[s] = ways[s].union(ways[middle])
      }
    }
  }

  /// An observer has removed a member.
  /// - Parameter undisturbedSince: since when the removed node's daemon has run undisturbed; `nil` if it does not run.
  /// - Returns: whether it was a mistake.
  mutating func removed(
    _ node: NodeID, by observer: NodeID, undisturbedSince: Instant?, at now: Instant
  ) -> Bool {
    guard let undisturbedSince, undisturbedSince + memory <= now else { return false }
    guard ways[node.index].contains(observer) else { return false }
    if let lost = lostUntil[node.index * nodeCount + observer.index], now < lost + memory { return false }
    falseRemovals += 1
    return true
  }
}
