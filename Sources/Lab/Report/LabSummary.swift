import Engine
import FarmFile
import Foundation
import Sim

/// What a lab saw by itself, as text: what was changed, what was done, and what clients saw.
public enum LabSummary {
  public static func text(_ plan: LabPlan, _ outcome: LabOutcome) -> String {
    var lines = ["\(plan.scenario.name) played for real, \(count(outcome.repeats.count, "time"))"]
    if outcome.isPartial { lines[0] += " of \(plan.repeats): PARTIAL" }
    lines += plan.notes.map { "  - \($0)" }
    lines += ["", table(outcome)]
    let probes = outcome.repeats.flatMap(\.probes)
    if !probes.isEmpty {
      let unanswered = probes.filter { $0.answers.isEmpty }.count
      let twice = probes.filter { $0.answers.count > 1 }.count
      lines.append(
        "Of \(count(probes.count, "probe")), \(unanswered) had no answer and \(twice) had two or more.")
      if let text = holes(outcome) { lines.append(text) }
    }
    let skipped = outcome.repeats.flatMap(\.clientEvents).filter { $0.kind == .notPlayed }.count
    if skipped > 0 { lines.append("\(count(skipped, "client")) found no free port and did not come.") }
    return PlainText.lines(lines.joined(separator: "\n") + "\n")
  }

  /// The longest time between an act and a later probe without an answer.
  private static func holes(_ outcome: LabOutcome) -> String? {
    var worst = 0.0
    for played in outcome.repeats {
      let acts = played.events.filter { if case .fault = $0.kind { true } else { false } }.map(\.at)
      for probe in played.probes where probe.answers.isEmpty {
        guard let act = acts.last(where: { $0 <= probe.at }) else { continue }
        worst = max(worst, Double((probe.at - act).nanoseconds) * 1e-6)
      }
    }
    return worst > 0
      ? "The last without an answer was sent \(Int(worst)) ms after a fault began or ended." : nil
  }

  /// What clients saw, by measure: the mean over the repeats, the least and the most.
  private static func table(_ outcome: LabOutcome) -> String {
    var rows: [String] = []
    for (i, measure) in Measure.allCases.enumerated() {
      let values = outcome.repeats.compactMap { $0.values.indices.contains(i) ? $0.values[i] : nil }
      guard let least = values.min(), let most = values.max() else { continue }
      let mean = values.reduce(0, +) / Double(values.count)
      let name = measure.name.padding(toLength: 38, withPad: " ", startingAt: 0)
      rows.append("\(name)\(number(mean))\(number(least))\(number(most)) \(measure.unit.rawValue)")
    }
    guard !rows.isEmpty else { return "Clients saw nothing: there were none." }
    let head = "what clients saw".padding(toLength: 38, withPad: " ", startingAt: 0)
    return ([head + "        mean       least        most"] + rows).joined(separator: "\n")
  }

  private static func number(_ value: Double) -> String {
    let text = value == value.rounded() ? String(format: "%.0f", value) : String(format: "%.4g", value)
    return String(repeating: " ", count: max(1, 12 - text.count)) + text
  }

  private static func count(_ n: Int, _ word: String) -> String { n == 1 ? "one \(word)" : "\(n) \(word)s" }
}
