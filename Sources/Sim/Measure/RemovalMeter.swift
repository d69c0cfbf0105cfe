import Engine

/// Which removals were mistakes.
///
/// A removal is false when the removed node's daemon had run undisturbed, and frames could have got from it to the
/// observer, directly or through other nodes, for at least `tau + T + delta`. So a fault touches the nodes that it
/// stops, and the pairs that it leaves without any way; a cut with a way round it touches nobody. Loss excuses where all
/// is lost, delay never.
struct RemovalMeter: Sendable {
  private(set) var falseRemovals = 0
  private let nodeCount: Int
  /// How long after a disturbance a removal may still be due to it.
  private var memory: Duration
  /// By sender: the nodes that its frames reach by some way.
  private var ways: [NodeSet]
  /// By sender times count plus observer: when there was no way for the last time; `nil` while there was always one.
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

  /// Nodes may have these times from now on.
  mutating func allow(_ heartbeat: HeartbeatSettings) { memory = max(memory, RemovalMeter.memory(heartbeat)) }

  /// The reachability has changed: `direct` has, by sender, whom its frames reach on any network.
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

  /// A member was removed.
  /// - Parameter undisturbedSince: since when the removed node's daemon runs; `nil` if it does not.
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
