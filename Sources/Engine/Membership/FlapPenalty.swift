/// How often a node has come back lately: points that halve with time.
struct FlapPenalty: Sendable, BitwiseCopyable {
  private var points = 0
  private var countedAt = Instant.zero

  static let none = FlapPenalty()

  /// No points, or as many as an earlier daemon had counted at an instant.
  init(points: Int = 0, at instant: Instant = .zero) {
    self.points = points
    countedAt = instant
  }

  var isZero: Bool { points == 0 }

  /// Counts one more return.
  mutating func add(_ more: Int, at now: Instant, halfLife: Duration) {
    points = self.points(at: now, halfLife: halfLife) + more
    countedAt = now
  }

  /// Forgets what was counted: an operator has looked at the node.
  mutating func forgive() { points = 0 }

  /// The points now: they halve every `halfLife`, linearly in between.
  func points(at now: Instant, halfLife: Duration) -> Int {
    let age = (now - countedAt).nanoseconds
    let halvings = age / halfLife.nanoseconds
    if halvings >= 30 { return 0 }
    let whole = points >> Int(halvings)
    let rest = (age % halfLife.nanoseconds) * 1024 / halfLife.nanoseconds
    return whole - whole * Int(rest) / 2048
  }
}
