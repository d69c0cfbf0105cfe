import Engine

/// When not one bucket of the farm was served: all had no owner that clients reach, or one whose application does not
/// serve.
///
/// A ``OwnershipMeter/glimpse`` of service is no end of it.
struct Blackout: Sendable {
  /// Nanoseconds of the longest.
  private(set) var longest: UInt64 = 0
  /// When the longest began; `nil`: there was none.
  private(set) var longestFrom: Instant?
  /// Once finished: whether that was so then.
  private(set) var lastsAtEnd = false
  /// Since when that is so; `nil`: it is not.
  private var since: Instant?
  /// From when to when that was so last.
  private var last: (from: Instant, until: Instant)?

  /// Whether no bucket is served from now on. Saying the same again changes nothing.
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

  /// Adds what still lasts at the end of the run. - Precondition: called once, last.
  mutating func finish(at now: Instant) {
    lastsAtEnd = since != nil
    end(at: now)
  }
}
