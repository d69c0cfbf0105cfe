/// How long clients waited from a failure until they came through, or would have.
struct Outages: BitwiseCopyable, Sendable {
  private(set) var count = 0
  private(set) var longest: UInt64 = 0
  /// Whether an outage was not over when the run ended.
  private(set) var endsInOne = false
  /// Whether an outage that was not over may become longer than the longest: it does not if the client's next attempt
  /// comes early enough and is answered.
  var isLongestOpen: Bool { foreseen > longest }
  /// The longest that an outage that is not over will have lasted; `max` if nobody knows.
  private var foreseen: UInt64 = 0
  private var sum = 0.0
  /// Time before this is not measured.
  private var measuredFrom: UInt64 = 0

  /// Adds an outage that lasted from `start` to `end`, or longer.
  /// - Parameter next: for one that is not over, when the client's next attempt will end it; `max` if nobody knows.
  mutating func add(from start: UInt64, to end: UInt64, isOver: Bool = true, next: UInt64 = .max) {
    guard end > measuredFrom, end > start else { return }
    let from = Swift.max(start, measuredFrom)
    let length = end - from
    count += 1
    longest = Swift.max(longest, length)
    sum += Double(length)
    if isOver { return }
    endsInOne = true
    foreseen = Swift.max(foreseen, next == .max ? .max : next - from)
  }

  static func + (a: Outages, b: Outages) -> Outages {
    var sum = a
    sum.count += b.count
    sum.longest = Swift.max(a.longest, b.longest)
    sum.endsInOne = a.endsInOne || b.endsInOne
    sum.foreseen = Swift.max(a.foreseen, b.foreseen)
    sum.sum += b.sum
    return sum
  }

  /// The longest in seconds, a lower bound if one that was not over may be longer; `nil` if there was none.
  var max: Measured? {
    count == 0 ? nil : Measured(Double(longest) / 1e9, isCensored: isLongestOpen)
  }

  /// In nanoseconds; `nil` if there was none.
  var mean: Double? { count == 0 ? nil : sum / Double(count) }

  /// Forgets all, and measures from here on.
  mutating func restart(at time: UInt64) {
    self = Outages()
    measuredFrom = time
  }
}
