import Engine

/// Decides which notes this node sends when: at most ``burst`` datagrams of keys a tick, and everything again only
/// after a while, so that notes never disturb heartbeats.
struct NotesTold {
  private var waiting: ArraySlice<NodeNote> = []
  private var nextKeys = Instant.zero
  private var nextEach = Instant.zero

  /// The time between two ticks, the most datagrams of keys a tick, and the times until keys and other notes are
  /// repeated.
  static let tick = Duration.milliseconds(100)
  static let burst = 4
  static let pause = Duration.seconds(2)
  static let eachPause = Duration.seconds(1)

  /// The notes to send now.
  /// - Parameters:
  ///   - keys: the notes with configurations; `nil` while no node needs them.
  ///   - each: the other notes, such as the nodes that this node holds down.
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
