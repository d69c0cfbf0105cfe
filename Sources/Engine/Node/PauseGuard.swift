/// What a node that stood still must not do: believe that others are gone, or take what may be theirs by now.
///
/// A pause shows as a timer that is much too late. What queued meanwhile may be as old as the pause, so it counts as
/// that old. Nobody is removed for `k` intervals. After any lateness of more than an interval nothing is taken until what
/// waits has been read.
struct PauseGuard: Sendable {
  /// Until when nobody is removed, and nothing is concluded from silence.
  private(set) var graceUntil = Instant.zero
  /// Until when nothing is taken: this node stood still, and what happened meanwhile may not have been read yet.
  private(set) var takesAfter = Instant.zero
  /// When the last pause was noticed, and how long it was.
  private var noticedAt = Instant.zero
  private var length = Duration.zero

  /// After a switch of the configuration the others are given the time to announce what they have.
  func adapted(_ timing: Timing, at now: Instant) -> PauseGuard {
    var next = self
    next.graceUntil = max(graceUntil, now + timing.timeout)
    return next
  }

  /// Notes a late timer.
  mutating func note(late: Duration, asked: Bool, at now: Instant, _ timing: Timing) {
    // Not again for the wake that this asks for itself: a machine that is always late must still take buckets.
    if late > timing.interval, asked { takesAfter = now + timing.delayBound }
  }

  /// Begins the grace after a pause. - Returns: `false` if this pause has been noticed before.
  mutating func begin(_ pause: Duration, grace: Duration, at now: Instant) -> Bool {
    if noticedAt == now { return false }
    noticedAt = now
    length = pause
    graceUntil = now + grace
    return true
  }

  /// When what is read now may have arrived.
  func hearing(at now: Instant, delayBound: Duration) -> Instant {
    now - noticedAt <= delayBound ? now - length : now
  }
}
