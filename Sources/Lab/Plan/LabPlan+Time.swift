import Engine
import Sim

extension LabPlan {
  /// How long the play takes in real time, from the first power-on to the end of the last repeat. The farm forms first,
  /// and each repeat begins with a tenth of a second for the clients. The time that the farm needs to become whole
  /// between two repeats is not known before, and is not included.
  public var playTime: Duration {
    let between = Duration.milliseconds(100)
    return RunPlan.forming(scenario.farm.settings.heartbeat)
      + Duration(nanoseconds: (cycle + between).nanoseconds * Int64(repeats))
  }

  /// The fewest simulated trials: fewer would not say where their 95 % quantile lies.
  static let fewestTrials = 200

  /// What the operator is told before the play.
  public var announcement: String {
    let repeats = Readable.count(repeats, "repeat")
    let trials = Readable.count(max(self.repeats, LabPlan.fewestTrials), "trial")
    return "\(repeats) of \(cycle.words) on the real kernel take about \(playTime.longText); "
      + "\(trials) are simulated afterwards"
  }
}
