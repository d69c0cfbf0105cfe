import Engine

/// By bucket: since when its clients have not been served, for whatever reason.
///
/// A ``OwnershipMeter/glimpse`` of service does not end a gap: a gap that follows one began before it.
struct ServiceGaps: Sendable {
  /// `never` while clients are served.
  private var since: [Instant]
  /// The last gap that is over; `never` if there was none.
  private var last: [(from: Instant, until: Instant)]

  /// No bucket is served, from the start of the run on.
  init(count: Int) {
    since = [Instant](repeating: .zero, count: count)
    last = [(from: Instant, until: Instant)](repeating: (.never, .never), count: count)
  }

  /// Since when a bucket has not been served; `never` if it is served.
  @inline(__always) func start(_ i: Int) -> Instant { since[i] }

  /// A bucket is not served from now on. Beginning again changes nothing.
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

  /// A bucket counts from now on: a gap that it is in begins now, and earlier gaps are forgotten.
  mutating func restart(_ i: Int, at now: Instant) {
    if since[i] != .never { since[i] = now }
    last[i] = (.never, .never)
  }

  /// Moves the start of a bucket's gap back: its clients were not served by another bucket before.
  mutating func setStart(_ i: Int, to start: Instant) { since[i] = start }
}
