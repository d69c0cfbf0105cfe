import Engine
import FarmFile

/// The comparison as `farmsim lab` prints it, on a terminal and as JSON.
public enum ComparisonSummary {
  /// A table of both sides, then the verdicts; ends with a line feed.
  public static func text(
    _ scenario: Scenario, _ comparison: Comparison, violations: [PropertyViolation] = []
  ) -> String {
    var rows = [["", "simulator", "", "real kernel", "", "same law?", ""]]
    rows.append(["measure", "mean", "p95", "mean", "p95", "p", "verdict"])
    rows += comparison.measures.map(row)
    let words = FaultText(scenario)
    for fault in comparison.faults {
      let parts = [fault.detection, fault.spread, fault.total, fault.moved].compactMap { $0 }
      if parts.isEmpty { continue }
      rows.append([words.happened(fault.fault, isEnd: fault.isEnd) + ":"])
      rows += parts.map(row)
    }
    var lines = aligned(rows)
    lines.append("")
    lines.append(sentence(comparison))
    if let losses = losses(comparison) { lines.append(losses) }
    lines += violations.map { "violated by the simulator  \($0.sentence)" }
    return PlainText.lines(lines.joined(separator: "\n") + "\n")
  }

  /// `The real farm did what the simulator said in all of 9 judged measures.`
  static func sentence(_ comparison: Comparison) -> String {
    let judged = comparison.judged
    let agreeing = judged.filter { $0.verdict?.agrees ?? true }.count
    let sides =
      "\(Readable.count(comparison.repeats, "repeat")) on the real kernel against "
      + Readable.count(comparison.trials, "simulated trial")
    if judged.isEmpty { return "Nothing could be judged: \(sides)." }
    let share =
      comparison.agrees
      ? "all of \(Readable.count(judged.count, "judged measure"))"
      : "\(agreeing) of \(Readable.count(judged.count, "judged measure"))"
    return "The real farm did what the simulator said in \(share)\(allowance(judged)): \(sides)."
  }

  /// How many connections each side lost, and that this is not judged; `nil` if the real farm lost none or they were
  /// not counted.
  static func losses(_ comparison: Comparison) -> String? {
    func mean(_ measure: Measure, _ side: (ComparedMeasure) -> TrialSummary) -> Double? {
      comparison[measure].flatMap { side($0).mean }
    }
    func words(_ side: (ComparedMeasure) -> TrialSummary) -> String? {
      guard let opened = mean(.flowsOpened, side), opened > 0,
        let broken = mean(.flowsBroken, side), let reset = mean(.flowsReset, side)
      else { return nil }
      let lost = broken + reset
      return
        "\(Readable.number(Readable.threeDigits(lost))) of \(Readable.number(Readable.threeDigits(opened))) "
        + "(\(Readable.share(lost / opened)))"
    }
    let lost = [mean(.flowsBroken, \.real), mean(.flowsReset, \.real)].compactMap { $0 }.reduce(0, +)
    guard lost > 0, let real = words(\.real), let simulated = words(\.simulated) else { return nil }
    return
      "On average the real farm lost \(real) connections, the simulator \(simulated). That is shown and not judged: "
      + "how many are open when a node fails depends on how fast this machine’s clients open them."
  }

  /// `, in 2 of them with a difference that chance does not make and that is allowed`, which agreement alone would
  /// hide.
  private static func allowance(_ judged: [ComparedMeasure]) -> String {
    let allowed = judged.count { if case .allowed? = $0.verdict?.outcome { true } else { false } }
    guard allowed > 0 else { return "" }
    return
      ", in \(Readable.count(allowed)) of them with a difference that chance does not make and that is allowed"
  }

  private static func row(_ compared: ComparedMeasure) -> [String] {
    [compared.measure.name] + cells(compared)
  }

  /// Mean and 95 % quantile of either side, the test's p-value and the verdict.
  static func cells(_ compared: ComparedMeasure) -> [String] {
    let unit = compared.measure.unit
    return [
      Readable.value(compared.simulated.mean, unit), Readable.value(compared.simulated.high, unit),
      Readable.value(compared.real.mean, unit), Readable.value(compared.real.high, unit),
      compared.test.map { $0.pValue < 0.001 ? "< 0.001" : Readable.fixed($0.pValue, 3) } ?? "–",
      compared.verdict.map { word($0.outcome, unit) } ?? "",
    ]
  }

  private static func word(_ outcome: ComparisonVerdict.Outcome, _ unit: MeasureUnit) -> String {
    switch outcome {
    case .agrees: "agrees"
    case .allowed(let excess): "allowed, \(excess > 0 ? "+" : "")\(Readable.value(excess, unit))"
    case .differs: "DIFFERS"
    }
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { c in
      rows.filter { $0.count > 1 }.map { c < $0.count ? $0[c].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      if row.count == 1 { return row[0] }
      var line = ""
      for (c, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[c] - cell.count)
        line += c == 0 ? cell + padding : c == columns - 1 ? "  " + cell : "  " + padding + cell
      }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// One object: `scenario`, `question`, `answers` (of the `real` farm and the `simulated` one), `agrees`, `partial`
  /// (fewer repeats than asked for), `violations` (by the simulator's trials, as of `farmsim run`), `trials`,
  /// `repeats`, `changes`, `measures` and `faults`; a compared measure has `simulated` and `real` (`count`, `mean`,
  /// `p05`, `p50`, `p95`, `min`, `max`), `distance`, `p_value`, `agrees` and `beyond_chance`, how far the figure that
  /// decides is from where chance would leave it (0: chance makes the difference; both `null` where there is no rule).
  /// Times are in seconds.
  public static func json(
    _ scenario: Scenario, _ comparison: Comparison, answers: (simulated: String, real: String),
    violations: [PropertyViolation] = [], changes: [String], isPartial: Bool
  ) -> String {
    let words = FaultText(scenario)
    return JSONValue.object([
      ("scenario", .string(scenario.name)), ("question", .string(scenario.question)),
      ("answers", .object([("real", .string(answers.real)), ("simulated", .string(answers.simulated))])),
      ("agrees", .bool(comparison.agrees)),
      ("partial", .bool(isPartial)), ("violations", .array(violations.map(\.json))),
      ("trials", .integer(comparison.trials)), ("repeats", .integer(comparison.repeats)),
      ("changes", .array(changes.map { .string($0) })),
      ("measures", .object(comparison.measures.map { ($0.measure.name, object($0)) })),
      (
        "faults",
        .array(
          comparison.faults.map { fault in
            let parts = [
              ("detection", fault.detection), ("spread", fault.spread), ("total", fault.total),
              ("buckets_moved", fault.moved), ("buckets_moved_minimum", fault.minimum),
            ]
            return .object(
              [("what", .string(words.happened(fault.fault, isEnd: fault.isEnd)))]
                + parts.map { ($0.0, $0.1.map(object) ?? .null) })
          })
      ),
    ]).text() + "\n"
  }

  private static func object(_ compared: ComparedMeasure) -> JSONValue {
    .object([
      ("unit", .string(compared.measure.unit.rawValue)), ("simulated", object(compared.simulated)),
      ("real", object(compared.real)), ("distance", .optional(compared.test?.distance)),
      ("p_value", .optional(compared.test?.pValue)),
      ("agrees", compared.verdict.map { .bool($0.agrees) } ?? .null),
      ("beyond_chance", .optional(compared.verdict?.findings.map(\.excess).max { abs($0) < abs($1) })),
    ])
  }

  private static func object(_ summary: TrialSummary) -> JSONValue {
    .object([
      ("count", .integer(summary.count)), ("mean", .optional(summary.mean)),
      ("half_width", .optional(summary.halfWidth)), ("p05", .optional(summary.low)),
      ("p50", .optional(summary.median)), ("p95", .optional(summary.high)),
      ("min", .optional(summary.minimum)), ("max", .optional(summary.maximum)),
    ])
  }
}
