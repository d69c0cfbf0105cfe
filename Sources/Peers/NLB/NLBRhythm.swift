import Engine

/// When a host sends: each period, from an instant in the first one that its boot decides.
struct NLBRhythm: Sendable {
  private var period = Duration.zero
  private var next = Instant.never
  private var count = 0
  private var requested = Instant.never

  /// - Parameter bootID: its upper half is the fraction of a period until the first heartbeat.
  mutating func start(every period: Duration, _ bootID: BootID, at now: Instant) {
    self.period = period
    count = 0
    let product = period.nanoseconds.multipliedFullWidth(by: Int64(bootID.rawValue >> 32))
    next = now + Duration(nanoseconds: product.high << 32 | Int64(product.low >> 32))
  }

  mutating func stop() { self = NLBRhythm() }

  /// A timer came. - Returns: the number of the heartbeat that is due, from 1; `nil` if none is.
  mutating func beat(at now: Instant) -> Int? {
    // It may be the one that was asked for, early or not.
    requested = .never
    if now < next { return nil }
    while next <= now { next = next + period }
    count += 1
    return count
  }

  /// The timer to ask for, if it is another one than before.
  mutating func wake(noLaterThan end: Instant) -> Instant? {
    let wake = min(next, end)
    if wake == requested { return nil }
    requested = wake
    return wake
  }
}
