extension LifeSettings {
  /// Adds every field that is out of its range, and thresholds that contradict each other.
  func addProblems(into problems: inout [SettingsProblem]) {
    if case .delayed(let delay) = failback {
      problems.require(delay, in: Limits.waiting, .life(.failback))
    }
    let hasPenalty = problems.require(flapPenalty, in: Limits.flapPoints, .life(.flapPenalty))
    // Without penalties nothing is ever held down, whatever the thresholds say.
    if flapPenalty != 0 {
      let hasSuppress = problems.require(flapSuppress, in: Limits.flapPoints, .life(.flapSuppress))
      let hasReuse = problems.require(
        flapReuse, in: 1...Limits.flapPoints.upperBound, .life(.flapReuse))
      if hasSuppress && hasReuse {
        problems.require(
          flapReuse < flapSuppress, .life(.flapReuse), seen: "\(flapReuse)",
          expected: "less than the flap_suppress of \(flapSuppress)")
      }
      if hasSuppress && hasPenalty {
        problems.require(
          flapPenalty <= flapSuppress, .life(.flapPenalty), seen: "\(flapPenalty)",
          expected: "at most the flap_suppress of \(flapSuppress), or the first join is held down")
      }
      problems.require(flapHalfLife, in: Limits.flapHalfLife, .life(.flapHalfLife))
    }
    problems.require(drainDeadline, in: Limits.waiting, .life(.drainDeadline))
  }
}
