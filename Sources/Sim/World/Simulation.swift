import Engine

/// The one way to run a trial.
public enum Simulation {
  /// How much simulated time passes between two looks at the control.
  private static let stride = Duration.milliseconds(20)

  /// Plays one trial of a scenario.
  /// - Parameters:
  ///   - seed: of every random stream, together with `trial` (0, 1, ...).
  ///   - keepsDetails: whether ownership, load and the story are kept for a report; measures always are.
  ///   - control: told the progress, and asked whether to stop; a stopped trial's result is marked partial.
  public static func run(
    _ scenario: Scenario, seed: UInt64, trial: Int, keepsDetails: Bool, control: RunControl
  ) -> TrialResult {
    var world = World(scenario, seed: seed, trial: trial, keepsDetails: keepsDetails)
    while world.now < world.end && !control.isStopRequested {
      let (before, events) = (world.now, world.eventCount)
      world.run(until: world.now + stride)
      control.advance(
        nanoseconds: world.now.nanoseconds - before.nanoseconds, events: world.eventCount - events)
    }
    return world.finish(isPartial: world.now < world.end)
  }
}
