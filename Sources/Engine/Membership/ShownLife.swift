/// What others show of our own id while we are silent: the end of our former life, or another machine.
///
/// A former life has ended, so what is shown of it only gets older. Another machine that uses the id goes on, so the
/// sequence that is shown rises again and again.
struct ShownLife: Sendable, Hashable, BitwiseCopyable {
  private var incarnation = Incarnation(0)
  private var sequence = SequenceNumber(0)
  /// When anyone heard it last, by the age that is shown.
  private(set) var heardAt = Instant.zero
  private var risesSince = Instant.zero
  private var rises = 0

  /// Takes over what an entry shows of our id.
  mutating func note(_ entry: FreshnessEntry, heardAt at: Instant, now: Instant) {
    heardAt = max(heardAt, at)
    let isNewer =
      entry.incarnation > incarnation || entry.incarnation == incarnation && entry.sequence > sequence
    if !isNewer { return }
    if incarnation.rawValue == 0 { risesSince = now } else { rises += 1 }
    incarnation = entry.incarnation
    sequence = entry.sequence
  }

  /// Whether it goes on: it has risen at least twice, for at least an interval.
  func goesOn(for interval: Duration, at now: Instant) -> Bool { rises >= 2 && now - risesSince >= interval }

  /// Whether it was heard so recently that it may still go on.
  func mayGoOn(within time: Duration, at now: Instant) -> Bool {
    incarnation.rawValue > 0 && now - heardAt < time
  }
}
