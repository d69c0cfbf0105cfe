import Engine
import FarmFile

/// What `farmsim run` says on a terminal.
///
/// Question and answer come first, then key figures with a value, the tables of ``OutcomeTables``, one line for each
/// expectation and, at the end, what is needed to play the run again.
public enum TextSummary {
  /// The most rows of a table.
  private static let mostRows = 16

  /// For a scenario without `traffic`.
  static let noClients = "No client comes in this run: the scenario has no traffic."

  static func haveNoClients(_ scenario: Scenario, _ trials: [TrialResult]) -> Bool {
    scenario.traffic.isEmpty && trials.allSatisfy { ($0[.packetsSent]?.value ?? 0) == 0 }
  }

  private static let keyMeasures: [Measure] = [
    .rebalanceTimeMax, .clientOutageMax, .holeTimeLongest, .unreachedTimeLongest,
    .doubleOwnerTimeLongest, .flowsOpened, .flowsLostWithFailedNodes,
    .flowsLostElsewhere, .connectsBegun, .connectsRepeated, .connectsFailed, .requestsSent,
    .requestsRepeated, .requestsFailed, .packetsLost, .packetsReset, .packetsUnserved,
    .packetsTwice,
    .bucketsMoved, .bucketsMovedMinimum, .falseRemovals,
  ]

  /// Question, answer, key figures, expectations, violated properties if there are any; ends with a line feed.
  /// - Parameters:
  ///   - trials: every trial of the run, `result` among them.
  ///   - usesColour: whether escape sequences may be used: not when `NO_COLOR` is set or the output is a file.
  public static func text(
    scenario: Scenario, result: TrialResult, trials: [TrialResult], usesColour: Bool
  ) -> String {
    let trials = trials.isEmpty ? [result] : trials
    let paint = Paint(isOn: usesColour)
    var lines = [paint.bold(plain(scenario.question.isEmpty ? scenario.name : scenario.question))]
    let answer = Answer(scenario, result, trials)
    lines.append(plain(answer.text))
    let interruption = Interruption(scenario, trials)
    if interruption.isPartial { lines.append(paint.red("Partial:") + " \(interruption.words).") }
    lines.append("")
    let hasClients = !haveNoClients(scenario, trials)
    lines += figures(trials, hasClients: hasClients)
    if !hasClients { lines.append("  \(noClients)") }
    let told = answer.told
    let tables = OutcomeTables(told, atMost: mostRows).all()
    if trials.count > 1, !tables.isEmpty {
      let trial = told.result.trial
      lines += ["", "Trial \(trial), which the answer tells of (--trial \(trial) plays it alone):"]
    }
    for table in tables {
      lines.append("")
      lines += table.lines.map { plain($0) }
    }
    let verdict = RunVerdict(scenario, trials)
    if !verdict.expectations.isEmpty {
      lines.append("")
      for expectation in verdict.expectations {
        lines.append(line(expectation, paint, isRepeated: trials.count > 1))
      }
    }
    if !verdict.violations.isEmpty {
      lines.append("")
      for violation in verdict.violations {
        lines.append(paint.red("violated") + "  " + plain(violation.sentence))
      }
    }
    lines.append("")
    var digest = "digest \(result.digest.hex)"
    if trials.count > 1 {
      digest += " of trial \(result.trial), \(TrialResult.digest(of: trials).hex) of all"
    }
    lines.append("seed \(result.seed), \(Readable.count(trials.count, "trial")), \(digest)")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func figures(_ trials: [TrialResult], hasClients: Bool) -> [String] {
    var rows: [(name: String, value: String)] = []
    for measure in keyMeasures {
      let (name, unit) = (measure.name, measure.unit)
      // A client that sends requests has no connects, and one that connects sends no requests.
      if measure.isIdle(in: trials) { continue }
      if !hasClients, name.hasPrefix("packets_") || name.hasPrefix("client_") { continue }
      // Few runs have any of these.
      if [.packetsReset, .packetsUnserved].contains(measure),
        trials.allSatisfy({ $0[measure]?.value ?? 0 == 0 })
      {
        continue
      }
      // Only a fault of the network leaves a bucket unreached.
      if name.hasPrefix("unreached"), trials.allSatisfy({ $0[measure]?.value ?? 0 == 0 }) { continue }
      if trials.count == 1 {
        guard let value = trials[0][measure] else { continue }
        rows.append((name, Readable.measured(value, unit)))
      } else {
        let summary = TrialSummary(measure, of: trials)
        guard let mean = summary.mean else { continue }
        if summary.minimum == summary.maximum {
          // If one of equal values is a lower bound, the sentence is a lower bound for all.
          let same = Readable.measured(Measured(mean, isCensored: summary.censored > 0), unit)
          rows.append(
            (
              name,
              "\(same) in \(summary.count == trials.count ? "every trial" : Readable.count(summary.count, "trial"))"
            ))
          continue
        }
        rows.append(
          (
            name,
            spread(summary)
          ))
      }
    }
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { "  " + $0.name + String(repeating: " ", count: width - $0.name.count + 2) + $0.value }
  }

  /// `504 ms mean, 455 ms to 550 ms in nine of ten, 556 ms at most`
  private static func spread(_ summary: TrialSummary) -> String {
    func text(_ figure: TrialSummary.Figure) -> String {
      Readable.measured(summary.measured(figure), summary.measure.unit)
    }
    let most = text(.maximum) + (summary.censored == 0 ? " at most" : " in the longest")
    let trial = summary.maximumTrial.map { " (trial \($0))" } ?? ""
    if summary.count < TrialSummary.fewest {
      let spread = summary.censored == 0 ? "\(text(.minimum)) to \(text(.maximum))" : most
      return "\(text(.mean)) mean, \(spread)\(trial)"
    }
    return "\(text(.mean)) mean, \(text(.low)) to \(text(.high)) in nine of ten, \(most)\(trial)"
  }

  private static func line(_ verdict: ExpectationVerdict, _ paint: Paint, isRepeated: Bool) -> String {
    let word = verdict.outcome.rawValue
    let painted = verdict.passed ? paint.green(word) : paint.red(word)
    var text =
      "\(painted)  \(verdict.expectation.measure.name) \(plain(verdict.expectation.text)): \(verdict.found)"
    if isRepeated, let trial = verdict.trial { text += " (trial \(trial)" }
    if isRepeated, verdict.trial != nil {
      switch verdict.outcome {
      case .holds: text += ")"
      case .undecided: text += ", one of \(Readable.count(verdict.undecidedTrials)) that leave it open)"
      case .fails: text += ", one of \(Readable.count(verdict.failedTrials)) that fail)"
      }
    }
    return text
  }

  /// A text from a file must not steer the terminal.
  private static func plain(_ text: String) -> String { PlainText.line(text) }

  private struct Paint {
    let isOn: Bool
    func bold(_ text: String) -> String { wrapped(text, "1") }
    func green(_ text: String) -> String { wrapped(text, "32") }
    func red(_ text: String) -> String { wrapped(text, "1;31") }
    private func wrapped(_ text: String, _ code: String) -> String {
      isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
  }
}
