/// Something that happens again and again, and for how long it has gone on.
struct Recurrence: Sendable, Hashable, BitwiseCopyable {
  private var since = Instant.zero
  private var last = Instant.zero
  private var count = 0

  /// It happens once more. - Parameter pause: after a longer silence it counts as the first time.
  mutating func note(at now: Instant, pause: Duration) {
    if count == 0 || now - last > pause { (since, count) = (now, 0) }
    last = now
    count = min(count + 1, 3)
  }

  /// Whether it has happened at least three times, over at least this time.
  func lasts(for time: Duration) -> Bool { count == 3 && last - since >= time }

  /// Whether it last happened no longer ago than `pause`.
  func goesOn(at now: Instant, pause: Duration) -> Bool { count > 0 && now - last <= pause }
}

/// A life of a node whose number is too far above what is known to be believed at once.
///
/// One forged number must not keep a node out, but a node whose clock was wrong by centuries goes on talking.
struct DoubtedLife: Sendable, Hashable, BitwiseCopyable {
  private var incarnation = Incarnation(0)
  private var words = Recurrence()

  /// Takes a datagram of that life. - Returns: whether the life has gone on for `time`, without a longer silence.
  mutating func note(_ life: Incarnation, for time: Duration, at now: Instant) -> Bool {
    if life != incarnation { (incarnation, words) = (life, Recurrence()) }
    words.note(at: now, pause: time)
    return words.lasts(for: time)
  }
}
