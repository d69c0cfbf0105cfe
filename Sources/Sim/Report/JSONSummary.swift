import Engine
import FarmFile

/// What `farmsim run --format json` prints: one object for each scenario.
///
/// | key | meaning |
/// |---|---|
/// | `scenario`, `question`, `answer` | texts |
/// | `about` | what the answer begins with: `load`, `outage`, `connections`, `clients`, `double`, `owners` or `retries` |
/// | `word` | `yes`, `no` or `undecided` if the question is one of yes or no and every trial says the same, otherwise `null` |
/// | `seed`, `trial`, `trials` | the seed, the trial that `measures` is about, the number of trials |
/// | `digest` | of that trial's events, sixteen hexadecimal digits |
/// | `digest_of_trials` | of the digests of all trials, in order |
/// | `partial` | whether the run was interrupted: a trial did not come to its end, or never began |
/// | `simulated_seconds` | the time that trial's clock reached |
/// | `passed` | whether the exit code is 0: every expectation holds in every trial, and no property is violated; also true without expectations |
/// | `verdict` | the same in a word: `none` (no expectations), `passed`, `undecided` (none fails, some is open), `failed` or `violated`, see ``RunVerdict`` |
/// | `measures` | every name of ``Measure`` with its number, or `null` where there was nothing to measure |
/// | `censored` | the names of those whose number is a lower bound: what they measure was not over when the run ended |
/// | `expectations` | `measure`, `expected`, `passed`, `outcome` (`holds`, `fails`, `undecided`), the deciding `value`, whether it is `censored`, its `trial`, `failed_trials`, `undecided_trials` |
/// | `violations` | properties of the protocol that do not hold: `property`, `meaning`, `measure`, the largest `value` and its `trial`, `violating_trials` |
/// | `rebalances` | one for each fault or end of a fault: `what`, times in seconds, how long after it `total` is `counted_from`, whether it is `censored`, for how long of it some bucket was not whole (`disturbed`, in how many `disturbances`), buckets moved |
/// | `outcome` | of the trial that the answer is about (`trial`): what became of buckets and clients, by stream, node, group and fault: see ``OutcomeJSON`` |
/// | `messages` | by node: `heartbeats` sent, and datagrams `relayed` for others |
/// | `statistics` | with several trials, by measure: `count`, `mean`, `half_width` of the 95 % interval, `sd`, `min`, `p05`, `p50`, `p95`, `max`, how many are `censored`, which figures are lower bounds (`at_least`), `min_trial`, `max_trial`; otherwise empty |
/// | `version`, `platform` | as passed in |
///
/// Times are in seconds; the other units are those of ``Measure/unit``. Keys never change their meaning; new ones may
/// be added.
public enum JSONSummary {
  /// - Parameter trials: every trial of the run, `result` among them.
  /// - Returns: one JSON object, indented, ending with a line feed. The same inputs give the same bytes.
  public static func text(
    scenario: Scenario, result: TrialResult, trials: [TrialResult], environment: ReportEnvironment
  ) -> String {
    let trials = trials.isEmpty ? [result] : trials
    let verdict = RunVerdict(scenario, trials)
    let words = FaultText(scenario.drawn(as: result), result.outcome)
    let answer = Answer(scenario, result, trials)
    let object = JSONValue.object([
      ("scenario", .string(scenario.name)), ("question", .string(scenario.question)),
      ("about", .string(scenario.subject.rawValue)),
      ("word", word(scenario, trials)),
      ("answer", .string(answer.text)),
      ("seed", .unsigned(result.seed)), ("trial", .integer(result.trial)), ("trials", .integer(trials.count)),
      ("digest", .string(result.digest.hex)),
      ("digest_of_trials", .string(TrialResult.digest(of: trials).hex)),
      ("partial", .bool(Interruption(scenario, trials).isPartial)),
      ("simulated_seconds", .number(result.end.seconds)), ("passed", .bool(verdict.isGood)),
      ("verdict", .string(verdict.outcome.rawValue)),
      (
        "measures",
        .object(
          Measure.allCases.map {
            ($0.name, .measured(result[$0]?.value, $0.unit))
          })
      ),
      (
        "censored",
        .array(
          Measure.allCases.filter { result[$0]?.isCensored == true }.map {
            .string($0.name)
          })
      ), ("expectations", .array(verdict.expectations.map(expectation))),
      ("violations", .array(verdict.violations.map(\.json))),
      ("rebalances", .array(result.rebalances.map { rebalance($0, words) })),
      ("outcome", OutcomeJSON(answer.told).object()),
      ("messages", .object(messages(result, of: scenario))),
      (
        "statistics",
        .object(
          trials.count > 1 ? TrialSummary.all(of: trials).map { ($0.measure.name, statistics($0)) } : [])
      ),
      ("version", .string(environment.version)), ("platform", .string(environment.platform)),
    ])
    return object.text() + "\n"
  }

  private static func word(_ scenario: Scenario, _ trials: [TrialResult]) -> JSONValue {
    scenario.yesCondition?.word(of: trials).map { .string($0.rawValue) } ?? .null
  }

  private static func expectation(_ verdict: ExpectationVerdict) -> JSONValue {
    .object([
      ("measure", .string(verdict.expectation.measure.name)), ("expected", .string(verdict.expectation.text)),
      ("passed", .bool(verdict.passed)), ("outcome", .string(verdict.outcome.rawValue)),
      ("value", .measured(verdict.value, verdict.expectation.measure.unit)),
      ("censored", .bool(verdict.isCensored)),
      ("trial", verdict.trial.map { .integer($0) } ?? .null),
      ("failed_trials", .integer(verdict.failedTrials)),
      ("undecided_trials", .integer(verdict.undecidedTrials)),
    ])
  }

  private static func rebalance(_ rebalance: Rebalance, _ words: FaultText) -> JSONValue {
    .object([
      ("what", .string(words.happened(rebalance))), ("at", .number(rebalance.at.seconds)),
      ("detection", .optional(rebalance.detection)), ("decision", .optional(rebalance.decision)),
      ("commit", .optional(rebalance.commit)), ("first_packet", .optional(rebalance.firstPacket)),
      ("first_packet_at_least", .optional(rebalance.firstPacketSoFar)),
      ("total", .optional(rebalance.total)),
      ("counted_from", .optional(rebalance.total.map { _ in rebalance.since })),
      ("censored", .bool(!rebalance.isOver)), ("disturbed", .optional(rebalance.disturbed)),
      ("disturbances", .integer(rebalance.disturbances)),
      ("buckets_moved", .integer(rebalance.bucketsMoved)),
      ("buckets_moved_minimum", .integer(rebalance.bucketsMovedMinimum)),
      ("buckets_there_and_back", .integer(rebalance.bucketsThereAndBack)),
    ])
  }

  private static func messages(_ result: TrialResult, of scenario: Scenario) -> [(String, JSONValue)] {
    zip(scenario.nodes, result.messages).map { name, sent in
      (name, .object([("heartbeats", .integer(sent.heartbeats)), ("relayed", .integer(sent.relayed))]))
    }
  }

  private static func statistics(_ summary: TrialSummary) -> JSONValue {
    .object([
      ("count", .integer(summary.count)), ("mean", .optional(summary.mean)),
      ("half_width", .optional(summary.halfWidth)), ("sd", .optional(summary.standardDeviation)),
      ("min", .measured(summary.minimum, summary.measure.unit)), ("p05", .optional(summary.low)),
      ("p50", .optional(summary.median)),
      ("p95", .optional(summary.high)), ("max", .measured(summary.maximum, summary.measure.unit)),
      ("censored", .integer(summary.censored)),
      (
        "at_least",
        .array(
          TrialSummary.Figure.allCases.filter { summary.measured($0)?.isCensored == true }.map {
            .string(name($0))
          })
      ),
      ("min_trial", summary.minimumTrial.map { .integer($0) } ?? .null),
      ("max_trial", summary.maximumTrial.map { .integer($0) } ?? .null),
    ])
  }

  private static func name(_ figure: TrialSummary.Figure) -> String {
    switch figure {
    case .mean: "mean"
    case .minimum: "min"
    case .low: "p05"
    case .median: "p50"
    case .high: "p95"
    case .maximum: "max"
    }
  }
}

extension PropertyViolation {
  /// As an item of `violations`.
  var json: JSONValue {
    .object([
      ("property", .string(property)), ("meaning", .string(meaning)), ("measure", .string(measure.name)),
      ("value", .measured(value, measure.unit)), ("trial", .integer(trial)),
      ("violating_trials", .integer(violatingTrials)),
    ])
  }
}
