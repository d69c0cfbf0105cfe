/// What another node's vector shows of us: whether it hears us, and which of our datagrams have come back.
struct WayBack: Sendable, BitwiseCopyable {
  /// The highest sequence of ours that it has shown.
  private(set) var echoed = SequenceNumber(0)
  /// When that datagram was sent.
  private(set) var echoedSince = Instant.zero
  /// Heartbeats in a row, at least `T/2` apart, that showed nothing new of ours, and when the last of them came.
  private(set) var unmovedWords = 0
  private var unmovedAt = Instant.zero
  /// Heartbeats in a row that were exchanged two-way, and when the last of them came.
  private(set) var exchanges = 0
  private var lastExchange = Instant.zero
  /// Since when it shows that the node has heard nothing of us for `tau`: the node has removed us and acts without us.
  /// ``Instant/never`` while it knows us.
  private(set) var missesUsSince = Instant.never
  /// When the node last heard us on a service network, by its own word.
  private(set) var heardUsOnService = Instant.zero
  /// Whether it has shown in this life that the node hears us itself.
  private var hasHeardUs = false
  /// Since when it shows that the node never heard us, although it had: a daemon goes on in place of another, and has
  /// yet to hear us. ``Instant/never`` otherwise.
  private(set) var earsNewSince = Instant.never

  /// Notes whether it shows that the node has heard nothing of us for `tau`. - Returns: whether that is news.
  mutating func note(missesUs: Bool, at now: Instant) -> Bool {
    if missesUs == (missesUsSince != .never) { return false }
    missesUsSince = missesUs ? now : .never
    return true
  }

  /// Takes over when the node last heard us itself, from an entry about this life of ours.
  /// - Returns: whether ``earsNewSince`` changed.
  mutating func noteEars(heard age: Age, at now: Instant) -> Bool {
    let before = earsNewSince
    if !age.isNever {
      hasHeardUs = true
      earsNewSince = .never
    } else if hasHeardUs {
      hasHeardUs = false
      earsNewSince = now
    }
    return earsNewSince != before
  }

  /// Takes over when the node last heard us on a service network.
  mutating func noteService(_ age: Age, at now: Instant) {
    if let age = age.duration { heardUsOnService = max(heardUsOnService, now - age) }
  }

  /// Notes that it shows no more of ours than before; counted once in `spacing`.
  mutating func showNothingNew(at now: Instant, spacing: Duration) {
    if now - unmovedAt < spacing { return }
    unmovedAt = now
    unmovedWords += 1
  }

  /// Notes a new echo of ours. Within `gap` of the last one it is one more in a row.
  /// - Parameter sent: when the datagram was sent; `nil` if that is not known any more.
  mutating func exchange(_ sequence: SequenceNumber, sent: Instant?, at now: Instant, gap: Duration) {
    if let sent { echoedSince = max(echoedSince, sent) }
    echoed = sequence
    unmovedWords = 0
    exchanges = now - lastExchange <= gap ? exchanges + 1 : 1
    lastExchange = now
  }

  /// Makes the next exchange the first in a row.
  mutating func restartExchanges() { exchanges = 0 }

  /// Notes that the node's life is over.
  mutating func close() {
    exchanges = 0
    earsNewSince = .never
  }

  /// Takes over from an earlier daemon whether the node had heard us.
  mutating func restore(hasHeardUs: Bool) { self.hasHeardUs = hasHeardUs }
}
