import Engine

/// Counts the datagrams that the nodes sent: one for each network, however many receivers.
struct HeartbeatMeter: Sendable {
  private(set) var messages: [NodeMessages]
  /// The most that a node sent within one second, seconds counted from the start of the run.
  private(set) var mostInOneSecond = 0
  /// Relayed datagrams since measuring began; `nil` before.
  private(set) var relayed: Int?
  private var second: [UInt64]
  private var count: [Int]

  init(nodeCount: Int) {
    messages = [NodeMessages](repeating: NodeMessages(), count: nodeCount)
    second = [UInt64](repeating: 0, count: nodeCount)
    count = [Int](repeating: 0, count: nodeCount)
  }

  var total: Int { messages.reduce(0) { $0 + $1.heartbeats + $1.relayed } }

  /// Begins measuring, unless it has begun.
  mutating func measure() { relayed = relayed ?? 0 }

  mutating func sent(_ datagrams: Int, by node: Int, isRelayed: Bool, at now: Instant) {
    if isRelayed { messages[node].relayed += datagrams } else { messages[node].heartbeats += datagrams }
    if isRelayed, let before = relayed { relayed = before + datagrams }
    let s = now.nanoseconds / 1_000_000_000
    if second[node] != s { (second[node], count[node]) = (s, 0) }
    count[node] += datagrams
    mostInOneSecond = max(mostInOneSecond, count[node])
  }
}
