import Engine

/// The times in which no bucket of the farm was served: each had no owner that clients reach, or one whose application
/// does not serve.
///
/// A ``OwnershipMeter/glimpse`` of service does not end a blackout.
struct Blackout: Sendable {
  /// Nanoseconds of the longest.
  private(set) var longest: UInt64 = 0
  /// When the longest began; `nil` if there was none.
  private(set) var longestFrom: Instant?
  /// Once finished: whether one lasted until the end.
  private(set) var lastsAtEnd = false
  /// When the one under way began; `nil` if there is none.
  private var since: Instant?
  /// The last one that is over.
  private var last: (from: Instant, until: Instant)?

  /// Sets whether no bucket is served from now on. Setting the same again changes nothing.
  @inline(__always) mutating func set(_ isDark: Bool, at now: Instant) {
    if isDark != (since != nil) { change(isDark, at: now) }
  }

  private mutating func change(_ isDark: Bool, at now: Instant) {
    guard isDark else { return end(at: now) }
    if let last, now < last.until + OwnershipMeter.glimpse { since = last.from } else { since = now }
  }

  private mutating func end(at now: Instant) {
    guard let from = since else { return }
    let length = now.nanoseconds - from.nanoseconds
    if length > longest { (longest, longestFrom) = (length, from) }
    (since, last) = (nil, (from, now))
  }

  /// Adds a blackout that still lasts at the end of the run. - Precondition: called once, last.
  mutating func finish(at now: Instant) {
    lastsAtEnd = since != nil
    end(at: now)
  }
}
