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
    return "\(repeats) of \(cycle.words) on the real kernel take about \(LabPlan.long(playTime)); "
      + "\(trials) are simulated afterwards"
  }

  /// `45 s`, `5 min 40 s`, `1 h 12 min`.
  static func long(_ time: Duration) -> String {
    let seconds = Int((time.nanoseconds + 500_000_000) / 1_000_000_000)
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
    default: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
  }
}
