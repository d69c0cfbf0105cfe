import Engine

/// One entry of a scenario's faults whose times are drawn, or that happens repeatedly.
///
/// ``Scenario/drawn(seed:trial:)`` turns it into the faults of a trial, each with a time of its own.
public struct FaultSeries: Sendable, Hashable {
  /// The kinds that happen in turn: one for every time, or one for each node.
  public var turns: [FaultKind]
  /// When it happens first, since the start of the run.
  public var first: DrawnTime
  /// The time from one beginning to the next; `nil` if it happens once.
  public var gap: DrawnTime?
  /// How often it happens at most; `nil` for until the end of the run.
  public var times: Int?
  /// How long each lasts; `nil` if until another fault ends it, or for good.
  public var length: DrawnTime?

  /// The most faults of a series.
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

  /// Its faults in a trial that begin before the end of the run, in order of time.
  /// - Parameter index: the number of the series in the scenario. With the number of the fault it is the key of the
  ///   draws, so that the draws for one fault shift no other.
  func faults(index: Int, seed: UInt64, trial: Int, before end: Duration) -> [Fault] {
    var faults: [Fault] = []
    var at = Duration.zero
    // One more than allowed, so that a caller who counts them finds too many.
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
  /// It is a function of the scenario, the seed and the trial, so reports find the same faults that were played.
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

  /// The scenario as the trial of a result played it.
  func drawn(as result: TrialResult) -> Scenario { drawn(seed: result.seed, trial: result.trial) }
}
