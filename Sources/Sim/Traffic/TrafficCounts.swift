/// What is counted of one stream's clients since the start of a run; measures are differences of two of these.
///
/// A *lost* flow is one that was broken or reset.
public struct TrafficCounts: BitwiseCopyable, Sendable, Hashable {
  /// Connects (or requests, or UDP flows) that began, whatever became of them; repeats are not counted.
  public var begun = 0
  /// Those of them whose first attempt was not answered.
  public var repeated = 0
  /// Those of them that were given up after the last retry.
  public var unanswered = 0
  /// Those of them that were not answered yet when the run ended, and those of these that no node would have answered
  /// then.
  public var waiting = 0
  public var waitingInDoubt = 0
  /// Connects that died because two nodes answered, and connects that a node without its application refused.
  public var connectsReset = 0
  public var connectsRefused = 0
  /// Flows established, and what became of them.
  public var opened = 0
  public var kept = 0
  /// Flows among those kept whose clients waited for an answer when the run ended, and those that were open then and that
  /// no node would have answered: they may be lost yet.
  public var stalled = 0
  public var inDoubt = 0
  public var broken = 0
  /// Broken flows whose clients had not noticed when the run ended: no node knew them any more.
  public var unnoticed = 0
  /// Broken flows whose node had not failed.
  public var brokenOutside = 0
  public var reset = 0
  /// Flows that were reset although another node still had them, one that served its clients and that nobody missed.
  public var resetOutside = 0
  /// Lost flows whose node had failed or was hidden from its clients, and the others.
  public var lostWithNode = 0
  public var lostElsewhere = 0
  public var sessionsMoved = 0
  /// Times that a UDP flow came to another node than the one that had answered it.
  public var flowsMoved = 0
  /// Packets, those of them that no node accepted, those that a node answered with a reset since it did not know their
  /// flow, and those that two or more accepted.
  public var sent = 0
  public var lost = 0
  /// Those of the lost ones that were segments of established TCP connections, or datagrams of established UDP flows.
  public var lostOfOpen = 0
  public var resets = 0
  public var twice = 0
  /// Those that a node accepted and whose application gave no answer: it hung, was down, or did not know their flow.
  public var unserved = 0

  public init() {}

  private static let all: [WritableKeyPath<TrafficCounts, Int> & Sendable] = [
    \.begun, \.repeated, \.unanswered, \.waiting, \.waitingInDoubt, \.connectsReset, \.connectsRefused,
    \.opened, \.kept, \.stalled, \.inDoubt, \.broken, \.unnoticed, \.brokenOutside, \.reset, \.resetOutside,
    \.lostWithNode, \.lostElsewhere, \.sessionsMoved, \.flowsMoved, \.sent, \.lost, \.lostOfOpen,
    \.resets, \.twice, \.unserved,
  ]

  private static func combined(_ a: TrafficCounts, _ b: TrafficCounts, _ combine: (Int, Int) -> Int)
    -> TrafficCounts
  {
    all.reduce(into: a) { $0[keyPath: $1] = combine(a[keyPath: $1], b[keyPath: $1]) }
  }

  static func - (a: TrafficCounts, b: TrafficCounts) -> TrafficCounts { combined(a, b, -) }
  static func + (a: TrafficCounts, b: TrafficCounts) -> TrafficCounts { combined(a, b, +) }
}
