import Engine
import LinuxBackend
import Sim

/// A round that was played.
public struct PlayedRound: Sendable {
  public var verdict: SoakVerdict
  /// What daemons and servers said, by file name.
  public var logs: [String: String]
  /// It was stopped before its end: nothing was judged.
  public var isPartial: Bool
}

extension SoakRound {
  /// Plays the round on a lab of its own and judges it. It works on the calling thread.
  /// - Throws: the machine's fault: the lab could not be built, or the filters could not be watched.
  public func play(_ programs: LabPrograms, control: RunControl) throws(LabError) -> PlayedRound {
    let plan = LabPlan(scenario, repeats: 1)
    let meter = LatenessMeter()
    var player = LabPlayer(plan, text: text, file: "soak.yaml", programs: programs)
    player.probesPerSecond = 200
    let outcome: LabOutcome
    do throws(LabError) {
      outcome = try player.play(control: control)
    } catch {
      _ = meter.stop()
      throw error
    }
    let late = meter.stop()
    let trials = outcome.trials(of: plan.scenario)
    var verdict = SoakVerdict()
    if let played = outcome.repeats.first, let trial = trials.first {
      verdict = SoakJudge.verdict(SoakHistory(plan.scenario, played, trial, late))
    }
    if let failure = outcome.failure {
      guard failure.isOfFarm else { throw failure }
      verdict.violations.append(
        SoakViolation(property: .forming, at: .zero, text: failure.description))
    }
    return PlayedRound(
      verdict: verdict, logs: outcome.logs,
      isPartial: outcome.repeats.isEmpty && outcome.failure == nil)
  }
}

extension SoakHistory {
  fileprivate init(
    _ scenario: Scenario, _ played: LabRepeat, _ trial: TrialResult,
    _ late: [(at: Instant, length: Duration)]
  ) {
    func time(_ instant: Instant) -> Instant { .zero + max(.zero, instant - played.began) }
    self.init(
      scenario: scenario,
      edges: played.events.compactMap { event in
        guard case .fault(let fault, let isEnd) = event.kind else { return nil }
        return Edge(at: time(event.at), fault: fault, isEnd: isEnd)
      },
      ownership: trial.ownership,
      probes: played.probes.map {
        Probe(at: time($0.at), group: $0.group, bucket: $0.bucket, answers: $0.answers)
      },
      lateness: late.filter { $0.at >= played.began && $0.at <= played.ended }
        .map { Lateness(at: time($0.at), length: $0.length) },
      end: trial.end)
  }
}
