import Engine

/// What a farm must never do, whatever its transcript says: two filters that accept one bucket, and a heartbeat that is
/// repeated while every node hears every other.
struct FarmWatch {
  private(set) var violations: [String] = []
  /// Whether the transcript is about two owners.
  private let mayDouble: Bool
  private var isDoubled = false
  /// Until when some node may not hear another, or not have said yet that it does.
  private var isDeafUntil = Instant.zero
  /// After a cut is mended, nodes hear each other within an interval and say so within another.
  private static let settling = Duration.milliseconds(300)
  private var relayed = 0

  init(mayDouble: Bool) { self.mayDouble = mayDouble }

  /// Is called after every event.
  mutating func look(at farm: borrowing TestFarm) {
    if !mayDouble { noteDoubles(farm.doubles(), at: farm.now) }
    if farm.isCut { isDeafUntil = farm.now + FarmWatch.settling }
    if farm.relayed > relayed, farm.now > isDeafUntil {
      violations.append(
        "a heartbeat is repeated at \(TranscriptWords.milliseconds(farm.now)) ms, and nothing is cut")
      isDeafUntil = .never
    }
    relayed = farm.relayed
  }

  private mutating func noteDoubles(_ doubles: Int, at now: Instant) {
    if doubles > 0, !isDoubled {
      violations.append("\(doubles) buckets have two owners at \(TranscriptWords.milliseconds(now)) ms")
    }
    isDoubled = doubles > 0
  }
}
