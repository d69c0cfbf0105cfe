import Engine
import LinuxBackend
import Sim

/// A round that was played.
public struct PlayedRound: Sendable {
  public var verdict: SoakVerdict
  /// The output of daemons and servers, by file name.
  public var logs: [String: String]
  /// The frames around violations, as pcap files by name.
  public var captures: [String: [UInt8]] = [:]
  /// Whether it was stopped before its end. Nothing was judged then.
  public var isPartial: Bool
}

extension SoakRound {
  /// Plays the round on a lab of its own and judges it. It works on the calling thread.
  /// - Throws: if the machine is at fault: the lab could not be built, or the filters could not be watched.
  public func play(_ programs: LabPrograms, control: RunControl) throws(LabError) -> PlayedRound {
    let plan = LabPlan(scenario, repeats: 1)
    let meter = try LatenessMeter()
    var player = LabPlayer(plan, text: text, file: "soak.yaml", programs: programs)
    player.probesPerSecond = 200
    let farm = plan.scenario.farm
    let watch = SoakWatch(
      mishaps,
      capture: FrameCapture(farm, longestGap: farm.settings.heartbeat.longestHole + .milliseconds(100)),
      random: RandomStream(seed: seed, trial: number, entity: 1, purpose: .faults))
    player.soak = watch
    defer { watch.finish() }
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
    var captures: [String: [UInt8]] = [:]
    if let played = outcome.repeats.first, let trial = trials.first {
      var history = SoakHistory(plan.scenario, played, trial, late)
      history.add(watch, played, outcome.logs)
      history.add(outcome.filters, played)
      verdict = SoakJudge.verdict(history)
      // Captures without the probes prove nothing.
      guard verdict.packets + verdict.lostFrames > history.probes.count / 2 else {
        throw LabError("captures have \(verdict.packets) of \(history.probes.count) probes")
      }
      for i in verdict.violations.indices {
        let at = verdict.violations[i].time
        for (name, file) in watch.capture.files(around: played.began + at) {
          captures["\(at.fileWord)-\(name).pcap"] = file
        }
      }
    }
    if let failure = outcome.failure {
      guard failure.isOfFarm else { throw failure }
      verdict.violations.append(
        SoakViolation(property: .forming, at: .zero, text: failure.description))
    }
    return PlayedRound(
      verdict: verdict, logs: outcome.logs, captures: captures,
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
        return FaultPlan.Edge(at: time(event.at), fault: fault, isEnd: isEnd)
      },
      ownership: trial.ownership,
      probes: played.probes.map {
        AnsweredPacket(at: time($0.at), group: $0.group, bucket: $0.bucket, answers: $0.answers)
      },
      lateness: late.filter { $0.at >= played.began && $0.at <= played.ended }
        .map { Lateness(at: time($0.at), length: $0.length) },
      end: trial.end)
  }

  /// Adds what was observed besides the play.
  fileprivate mutating func add(_ watch: SoakWatch, _ played: LabRepeat, _ logs: [String: String]) {
    func time(_ instant: Instant) -> Instant { .zero + max(.zero, instant - played.began) }
    wire = watch.finish().since(played.began)
    mishaps = watch.done.sorted { $0.key < $1.key }.map { index, done in
      MishapSpan(mishap: watch.mishaps[index], begin: time(done.begin), end: time(done.end ?? done.begin))
    }
    lives = watch.usage.lives.map { life in
      var life = life
      (life.began, life.ended) = (time(life.began), time(life.ended))
      return life
    }
    for (n, name) in scenario.farm.nodes.enumerated() {
      said[NodeID(n)] = DaemonLog.lines(logs["\(name).farmd.log"] ?? "").map {
        DaemonLog.Line(at: time($0.at), text: $0.text)
      }
    }
  }
}

extension SoakHistory {
  /// Adds when new daemons were first at work.
  fileprivate mutating func add(_ filters: FilterHistory, _ played: LabRepeat) {
    for event in played.events {
      guard case .fault(let fault, isEnd: true) = event.kind, case .upgrade = scenario.faults[fault].kind
      else { continue }
      let acts = event.starts.compactMap { filters.firstAct(of: $0.key, from: $0.value) }
      if let last = acts.max() { atWork[fault] = .zero + max(.zero, last - played.began) }
    }
  }
}

extension Duration {
  /// `12.3s`.
  fileprivate var fileWord: String {
    let tenths = nanoseconds / 100_000_000
    return "\(tenths / 10).\(tenths % 10)s"
  }
}
