/// Plays the trials of a scenario side by side and hands their results back in order of trial.
///
/// A trial is a function of (scenario, seed, trial) alone, so neither the number of workers nor the order in which they
/// finish changes a result. Every trial keeps its measures in memory; only the first keeps details.
public enum TrialRunner {
  /// Plays trials `first`, `first + 1`, ... of a scenario on at most `width` cores.
  /// - Parameters:
  ///   - seed: of every random stream, together with the number of the trial.
  ///   - first: the number of the first trial, from 0.
  ///   - trials: how many, at least 1.
  ///   - width: how many run at the same time, at least 1.
  ///   - keepsDetails: whether the first trial keeps ownership, load and story for a report.
  ///   - control: where progress is counted and where a stop is asked for.
  /// - Returns: the results in order of trial. After a stop, only those of trials that had begun, marked partial if
  ///   they did not reach their end; always at least the first.
  public static func run(
    _ scenario: Scenario, seed: UInt64, first: Int = 0, trials: Int, width: Int, keepsDetails: Bool,
    control: RunControl
  ) async -> [TrialResult] {
    precondition(trials >= 1, "at least one trial")
    return await inOrder(
      count: trials, width: width, isStopped: { control.isStopRequested },
      work: { i in
        Simulation.run(
          scenario, seed: seed, trial: first + i, keepsDetails: keepsDetails && i == 0, control: control)
      })
  }

  /// Calls `work` with 0 ..< `count`, started in ascending order and at most `width` at a time, and returns its results
  /// in that order. Once `isStopped` is true nothing new begins, except the very first.
  static func inOrder<Result: Sendable>(
    count: Int, width: Int, isStopped: @Sendable () -> Bool, work: @escaping @Sendable (Int) -> Result
  ) async -> [Result] {
    precondition(width >= 1, "at least one worker")
    return await withTaskGroup(of: (Int, Result).self) { group in
      var results = [Result?](repeating: nil, count: count)
      var next = 0
      while next < min(width, count) && (next == 0 || !isStopped()) {
        let trial = next
        group.addTask { (trial, work(trial)) }
        next += 1
      }
      for await (trial, result) in group {
        results[trial] = result
        guard next < count, !isStopped() else { continue }
        let trial = next
        group.addTask { (trial, work(trial)) }
        next += 1
      }
      return results.compactMap { $0 }
    }
  }
}
