/// Something that comes again and again: for how long it has gone on.
struct Recurrence: Sendable, Hashable, BitwiseCopyable {
  private var since = Instant.zero
  private var last = Instant.zero
  private var count = 0

  /// It comes once more. - Parameter pause: after a longer silence it counts as the first.
  mutating func note(at now: Instant, pause: Duration) {
    if count == 0 || now - last > pause { (since, count) = (now, 0) }
    last = now
    count = min(count + 1, 3)
  }

  /// Whether it has come three times at least, for this long.
  func lasts(for time: Duration) -> Bool { count == 3 && last - since >= time }

  /// Whether it has come within this time.
  func goesOn(at now: Instant, pause: Duration) -> Bool { count > 0 && now - last <= pause }
}

/// A life of a node whose number is too far above what is known to be believed at its first word.
///
/// One forged number must not keep a node out. A node whose clock was wrong by centuries goes on talking.
struct DoubtedLife: Sendable, Hashable, BitwiseCopyable {
  private var incarnation = Incarnation(0)
  private var words = Recurrence()

  /// Takes a word of it. - Returns: whether that life has gone on for `time` by now, never silent for as long.
  mutating func goesOn(_ life: Incarnation, for time: Duration, at now: Instant) -> Bool {
    if life != incarnation { (incarnation, words) = (life, Recurrence()) }
    words.note(at: now, pause: time)
    return words.lasts(for: time)
  }
}
