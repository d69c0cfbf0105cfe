import Engine

/// How many datagrams the nodes sent: one a network, however many receivers.
struct HeartbeatMeter: Sendable {
  private(set) var total = 0
  /// The most that a node sent within one second, seconds counted from the start of the run.
  private(set) var mostInOneSecond = 0
  private var second: [UInt64]
  private var count: [Int]

  init(nodeCount: Int) {
    second = [UInt64](repeating: 0, count: nodeCount)
    count = [Int](repeating: 0, count: nodeCount)
  }

  mutating func sent(_ datagrams: Int, by node: Int, at now: Instant) {
    total += datagrams
    let s = now.nanoseconds / 1_000_000_000
    if second[node] != s { (second[node], count[node]) = (s, 0) }
    count[node] += datagrams
    mostInOneSecond = max(mostInOneSecond, count[node])
  }
}
