import Engine

/// By bucket: since when its clients are not served, whyever.
///
/// A ``OwnershipMeter/glimpse`` of service is no end of it: what goes on after one began before.
struct ServiceGaps: Sendable {
  /// `never` while clients are served.
  private var since: [Instant]
  /// From when to when that was so last; `never` if it was not.
  private var last: [(from: Instant, until: Instant)]

  /// No bucket is served, from the start of the run on.
  init(count: Int) {
    since = [Instant](repeating: .zero, count: count)
    last = [(from: Instant, until: Instant)](repeating: (.never, .never), count: count)
  }

  /// Since when a bucket is not served; `never`: it is.
  @inline(__always) func start(_ i: Int) -> Instant { since[i] }

  /// A bucket is not served from now on. Saying so again changes nothing.
  @inline(__always) mutating func begin(_ i: Int, at now: Instant) {
    if since[i] != .never { return }
    let before = last[i]
    let isGlimpse = before.until <= now && now < before.until + OwnershipMeter.glimpse
    since[i] = isGlimpse ? before.from : now
  }

  /// A bucket is served from now on. - Precondition: it was not.
  @inline(__always) mutating func end(_ i: Int, at now: Instant) {
    last[i] = (since[i], now)
    since[i] = .never
  }

  /// A bucket counts from now on: if it is not served, since now, and what was before is forgotten.
  mutating func restart(_ i: Int, at now: Instant) {
    if since[i] != .never { since[i] = now }
    last[i] = (.never, .never)
  }

  /// Clients of a bucket that is not served were not by another one before.
  mutating func setStart(_ i: Int, to start: Instant) { since[i] = start }
}
