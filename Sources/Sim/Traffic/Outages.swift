/// How long clients waited from a failure until they came through, or would have.
struct Outages: BitwiseCopyable, Sendable {
  private(set) var count = 0
  private(set) var longest: UInt64 = 0
  /// Whether one was not over when the run ended.
  private(set) var endsInOne = false
  private var sum = 0.0
  /// What lies before is not measured.
  private var measuredFrom: UInt64 = 0

  /// One that lasted from `start` to `end`, or longer.
  mutating func add(from start: UInt64, to end: UInt64, isOver: Bool = true) {
    guard end > measuredFrom, end > start else { return }
    let length = end - Swift.max(start, measuredFrom)
    count += 1
    longest = Swift.max(longest, length)
    sum += Double(length)
    if !isOver { endsInOne = true }
  }

  static func + (a: Outages, b: Outages) -> Outages {
    var sum = a
    sum.count += b.count
    sum.longest = Swift.max(a.longest, b.longest)
    sum.endsInOne = a.endsInOne || b.endsInOne
    sum.sum += b.sum
    return sum
  }

  /// The longest in seconds, a lower bound if one was not over; `nil` if there was none.
  var max: Measured? {
    count == 0 ? nil : Measured(Double(longest) * 1e-9, isCensored: endsInOne)
  }

  /// In nanoseconds; `nil` if there was none.
  var mean: Double? { count == 0 ? nil : sum / Double(count) }

  /// Forgets all, and measures from here on.
  mutating func restart(at time: UInt64) {
    self = Outages()
    measuredFrom = time
  }
}
