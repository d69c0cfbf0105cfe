import Engine

/// The one way to run a trial.
public enum Simulation {
  /// Plays one trial of a scenario.
  /// - Parameters:
  ///   - seed: of every random stream, together with `trial` (0, 1, ...).
  ///   - keepsDetails: whether ownership, load and the story are kept for a report; measures always are.
  public static func run(
    _ scenario: Scenario, seed: UInt64, trial: Int, keepsDetails: Bool, control: RunControl
  ) -> TrialResult {
    preconditionFailure("the world is not connected")
  }
}
