import Engine

/// What this node tells in notes, piece by piece: at most ``burst`` datagrams a tick, and everything again only after a
/// while, so that it never disturbs heartbeats.
struct NotesTold {
  private var waiting: ArraySlice<NodeNote> = []
  private var nextKeys = Instant.zero
  private var nextEach = Instant.zero

  /// Between two ticks, datagrams of one tick, and between two times that the same is told.
  static let tick = Duration.milliseconds(100)
  static let burst = 4
  static let pause = Duration.seconds(2)
  static let eachPause = Duration.seconds(1)

  /// What goes out now. - Parameters:
  ///   - keys: what there is to tell of configurations; `nil` while nobody needs it.
  ///   - each: whom this node holds down, and what else is told again and again.
  mutating func next(keys: () -> [NodeNote]?, each: () -> [NodeNote], at now: Instant) -> [NodeNote] {
    var notes: [NodeNote] = []
    if now >= nextEach {
      nextEach = now + Self.eachPause
      notes = each()
    }
    if waiting.isEmpty, now >= nextKeys, let all = keys() {
      waiting = all[...]
      nextKeys = now + Self.pause
    }
    notes += waiting.prefix(Self.burst)
    waiting = waiting.dropFirst(Self.burst)
    return notes
  }
}
