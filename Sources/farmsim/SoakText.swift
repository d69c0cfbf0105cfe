import FarmFile
import Lab

/// What a soak says about a round.
enum SoakText {
  /// One line for the round, and one for each property that was broken.
  static func line(_ round: SoakRound, _ verdict: SoakVerdict) -> String {
    var facts = [
      "round \(round.number)", "\(round.scenario.faults.count) faults",
      "\(round.mishapCounts.values.reduce(0, +)) mishaps",
      verdict.violations.isEmpty ? "ok" : "BROKEN", "longest hole \(verdict.longestHole.short)",
      "double \(verdict.longestDouble.short)",
      "probes \(verdict.probes - verdict.unansweredProbes)/\(verdict.probes)",
      "packets \(verdict.packets - verdict.unansweredPackets)/\(verdict.packets)",
      "machine late \(verdict.lateness.short)",
    ]
    if verdict.lostFrames > 0 { facts.append("\(verdict.lostFrames) frames not captured") }
    if verdict.unjudged > 0 { facts.append("\(verdict.unjudged) spells not judged: the machine stood still") }
    let violations = verdict.violations.map { violation($0, of: round) }.joined()
    return PlainText.lines(facts.joined(separator: "  ") + "\n" + violations)
  }

  static func violation(_ violation: SoakViolation, of round: SoakRound) -> String {
    "\(violation.property.rawValue) broken: seed \(round.seed) round \(round.number) at "
      + "\(violation.time.short): \(violation.text)\n"
  }
}
