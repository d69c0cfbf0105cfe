import Engine

/// One entry of a scenario's faults whose times are drawn, or that comes again and again.
///
/// It is no fault yet: ``Scenario/drawn(seed:trial:)`` makes the faults of a trial of it, each with its own time.
public struct FaultSeries: Sendable, Hashable {
  /// What happens, by turn: one kind for every time, or one for each node.
  public var turns: [FaultKind]
  /// When it happens first, since the start of the run.
  public var first: DrawnTime
  /// From one beginning to the next; `nil`: it happens once.
  public var gap: DrawnTime?
  /// How often at most; `nil`: until the end of the run.
  public var times: Int?
  /// How long each lasts; `nil`: until another fault ends it, or for good.
  public var length: DrawnTime?

  /// More faults than this are no plan.
  static let most = 10_000
  static let shortestGap = Duration.milliseconds(1)

  public init(
    turns: [FaultKind], first: DrawnTime, gap: DrawnTime? = nil, times: Int? = nil, length: DrawnTime? = nil
  ) {
    precondition(!turns.isEmpty, "a series of nothing")
    self.turns = turns
    self.first = first
    self.gap = gap
    self.times = times
    self.length = length
  }

  /// Whether any of its times is drawn.
  public var isDrawn: Bool { [first, gap, length].contains { $0.map { $0.fixed == nil } ?? false } }

  /// Its faults in a trial, in order of time: those that begin before the end of the run.
  /// - Parameter index: which series of the scenario it is; together with the number of the fault the key of its draws,
  ///   so that what is drawn for one shifts no other.
  func faults(index: Int, seed: UInt64, trial: Int, before end: Duration) -> [Fault] {
    var faults: [Fault] = []
    var at = Duration.zero
    // One more than there may be, so that whoever counts them sees that they are too many.
    for number in 0..<min(times ?? .max, FaultSeries.most + 1) {
      var dice = RandomStream(
        seed: seed, trial: trial, entity: UInt64(index) << 16 | UInt64(number), purpose: .faults)
      if number == 0 {
        at = first.draw(&dice)
      } else {
        guard let gap else { break }
        at += max(FaultSeries.shortestGap, gap.draw(&dice))
      }
      if at >= end { break }
      let length = length.map { max(.nanoseconds(1), $0.draw(&dice)) }
      faults.append(Fault(at: at, until: length.map { at + $0 }, kind: turns[number % turns.count]))
    }
    return faults
  }
}

extension Scenario {
  /// The scenario as a trial plays it: every fault has its time, and ``series`` is empty.
  ///
  /// A function of the scenario, the seed and the trial, so that reports find the very faults that were played.
  public func drawn(seed: UInt64, trial: Int) -> Scenario {
    if series.isEmpty { return self }
    var scenario = self
    scenario.series = []
    for (index, series) in series.enumerated() {
      scenario.faults += series.faults(index: index, seed: seed, trial: trial, before: run.duration)
    }
    scenario.faults = Fault.inOrder(scenario.faults)
    return scenario
  }

  /// The same for the trial that a result is of.
  func drawn(as result: TrialResult) -> Scenario { drawn(seed: result.seed, trial: result.trial) }
}
