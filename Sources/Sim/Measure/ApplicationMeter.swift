import Engine

/// How long nodes accepted clients whom their applications did not serve.
///
/// It is read from the filters and the applications, not from the verdicts of checkers.
struct ApplicationMeter: Sendable {
  private(set) var longest: UInt64 = 0
  /// The node that did so for longest; `nil` if none did.
  private(set) var longestNode: NodeID?
  /// Bucket-nanoseconds.
  private(set) var total: UInt64 = 0
  /// Whether some node did so when the run ended.
  private(set) var isOpenAtEnd = false
  /// By node: since when it has accepted without serving, and since when the same number of buckets.
  private var since: [Instant?]
  private var counted: [Instant]
  private var buckets: [Int]

  init(nodeCount: Int) {
    since = [Instant?](repeating: nil, count: nodeCount)
    counted = [Instant](repeating: .zero, count: nodeCount)
    buckets = [Int](repeating: 0, count: nodeCount)
  }

  /// - Parameter accepted: buckets whose clients the node accepts without serving them.
  mutating func set(_ node: Int, accepted: Int, at now: Instant) {
    if buckets[node] == accepted { return }
    total += UInt64(buckets[node]) * UInt64((now - counted[node]).nanoseconds)
    counted[node] = now
    buckets[node] = accepted
    if accepted > 0 {
      if since[node] == nil { since[node] = now }
    } else if let from = since[node] {
      let length = UInt64((now - from).nanoseconds)
      if length > longest { (longest, longestNode) = (length, NodeID(node)) }
      since[node] = nil
    }
  }

  mutating func finish(at now: Instant) {
    for n in buckets.indices {
      if buckets[n] > 0 { isOpenAtEnd = true }
      set(n, accepted: 0, at: now)
    }
  }
}
