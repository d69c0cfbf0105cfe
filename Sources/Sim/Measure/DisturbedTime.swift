import Engine

/// The times in which some bucket was not whole because of one disturbance, in order.
///
/// They are added in the order of their ends. A time that is known late may have begun before those already there;
/// times that touch become one.
struct DisturbedTime: Sendable {
  private var times: [(from: Instant, until: Instant)] = []

  mutating func add(from start: Instant, until end: Instant) {
    var (from, until) = (start, end)
    while let last = times.last, last.until >= from {
      (from, until) = (min(from, last.from), max(until, last.until))
      times.removeLast()
    }
    if until > from { times.append((from, until)) }
  }

  var count: Int { times.count }

  /// The length of all of them together, without the gaps between.
  var sum: Duration { times.reduce(.zero) { $0 + ($1.until - $1.from) } }

  /// When the last of them began.
  var lastFrom: Instant? { times.last?.from }

  /// Whether all buckets were whole for a time that began after an instant and before the last of them.
  func isWhole(after instant: Instant) -> Bool { times.dropLast().contains { $0.until > instant } }
}
