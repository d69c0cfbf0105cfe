/// Counts of one stream's clients since the start of a run; measures are differences of two of these.
///
/// A *lost* flow is one that was broken or reset.
public struct TrafficCounts: BitwiseCopyable, Sendable, Hashable {
  /// Connects, requests and UDP flows that began, whatever became of them; repeats are not counted.
  public var begun = 0
  /// Those of them whose first attempt was not answered.
  public var repeated = 0
  /// Those of them that were given up after the last retry.
  public var unanswered = 0
  /// Those of them that were not yet answered when the run ended, and those of these that no node would have answered
  /// then.
  public var waiting = 0
  public var waitingInDoubt = 0
  /// Connects that died because two nodes answered, and connects that a node without its application refused.
  public var connectsReset = 0
  public var connectsRefused = 0
  /// Connects that a node accepted though its application hung: nobody answers what they send next.
  public var connectsLeftAlone = 0
  /// Flows established, and what became of them.
  public var opened = 0
  public var kept = 0
  /// Kept flows whose clients waited for an answer when the run ended, and kept flows that no node would have answered
  /// then: they may still be lost.
  public var stalled = 0
  public var inDoubt = 0
  public var broken = 0
  /// Broken flows whose clients had not noticed when the run ended: no node knew them any more.
  public var unnoticed = 0
  /// Broken flows whose node had not failed.
  public var brokenOutside = 0
  public var reset = 0
  /// How often the client of an open connection was answered, or reset, only after it had repeated a segment.
  public var answeredLate = 0
  public var resetLate = 0
  /// Open flows, kept or broken, whose clients had sent something without an answer when the run ended.
  public var silent = 0
  /// Flows that were reset although the node that tracked them served its clients and no member missed it.
  public var resetOutside = 0
  /// Lost flows whose node had failed or was hidden from its clients, and the others.
  public var lostWithNode = 0
  public var lostElsewhere = 0
  public var sessionsMoved = 0
  /// How often a UDP flow came to another node than the one that had answered it.
  public var flowsMoved = 0
  /// Packets, and those of them that no node accepted or reset.
  public var sent = 0
  public var lost = 0
  /// Lost packets that were segments of established TCP connections or datagrams of established UDP flows.
  public var lostOfOpen = 0
  /// Lost packets that some node would have accepted or reset, had chance not taken them on the way.
  public var lostOnTheWay = 0
  /// Lost segments of established connections whose bucket had an owner: it did not know them, and did not reset them.
  public var lostUnknown = 0
  /// Packets that a node answered with a reset since it did not know their flow, and packets that several accepted.
  public var resets = 0
  public var twice = 0
  /// Packets that a node accepted but its application did not answer: it hung, was down, or did not know their flow.
  public var unserved = 0

  public init() {}

  /// Adds a packet: see ``Traffic/note(_:of:at:bytes:isReset:)``.
  @inline(__always) mutating func note(_ accepting: UInt64, isReset: Bool) {
    sent += 1
    if accepting == 0 { if isReset { resets += 1 } else { lost += 1 } }
    if accepting & (accepting &- 1) != 0 { twice += 1 }
  }

  private static let all: [WritableKeyPath<TrafficCounts, Int> & Sendable] = [
    \.begun, \.repeated, \.unanswered, \.waiting, \.waitingInDoubt, \.connectsReset, \.connectsRefused,
    \.connectsLeftAlone, \.opened, \.kept, \.stalled, \.inDoubt, \.broken, \.unnoticed, \.brokenOutside,
    \.reset, \.answeredLate, \.resetLate, \.silent, \.resetOutside,
    \.lostWithNode, \.lostElsewhere, \.sessionsMoved, \.flowsMoved, \.sent, \.lost, \.lostOfOpen,
    \.lostOnTheWay, \.lostUnknown, \.resets, \.twice, \.unserved,
  ]

  private static func combined(_ a: TrafficCounts, _ b: TrafficCounts, _ combine: (Int, Int) -> Int)
    -> TrafficCounts
  {
    all.reduce(into: a) { $0[keyPath: $1] = combine(a[keyPath: $1], b[keyPath: $1]) }
  }

  static func - (a: TrafficCounts, b: TrafficCounts) -> TrafficCounts { combined(a, b, -) }
  static func + (a: TrafficCounts, b: TrafficCounts) -> TrafficCounts { combined(a, b, +) }
}
