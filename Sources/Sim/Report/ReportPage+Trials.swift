import Engine
import FarmFile

extension ReportPage {
  func repeated(_ page: inout MarkdownText) {
    guard trials.count > 1 else { return }
    page.heading(2, "Repeated trials")
    page.paragraph(
      "\(Readable.count(trials.count)) trials with random streams of their own. **±** is half the 95 % interval of the "
        + "mean (Student’s t); 5 %, 50 % and 95 % are quantiles; **n** is how many trials had a value. Where one was not over "
        + "when the run ended, figures that its rest could change are lower bounds, and ± and SD are unknown. **Trial** is "
        + "the one with the "
        + "largest value, the first of equals.")
    if let chart = charts.distribution { page.image(chart) }
    page.table(
      ["Measure", "n", "Mean", "±", "SD", "5 %", "50 %", "95 %", "Max", "Trial"], alignment: "lrrrrrrrrr",
      summaries.map { summary in
        let unit = summary.measure.unit
        // A long unit once a row instead of seven times.
        let isLong = unit == .bucketSeconds
        return [
          "`\(summary.measure.name)`\(isLong ? " (\(unit.rawValue))" : "")", Readable.count(summary.count),
        ]
          + [
            summary.measured(.mean), summary.halfWidth.map { Measured($0) },
            summary.standardDeviation.map { Measured($0) }, summary.measured(.low),
            summary.measured(.median), summary.measured(.high), summary.measured(.maximum),
          ].map { figure in
            figure == nil && summary.censored > 0
              ? "unknown" : Readable.measured(figure, isLong ? .count : unit)
          } + [
            summary.maximumTrial.map(String.init) ?? "–"
          ]
      })
  }

  func expectations(_ page: inout MarkdownText) {
    guard !verdict.expectations.isEmpty else { return }
    page.heading(2, "Expectations")
    let isRepeated = trials.count > 1
    page.table(
      ["Expectation", isRepeated ? "Worst value" : "Value", "Verdict"] + (isRepeated ? ["Trial"] : []),
      alignment: isRepeated ? "lrlr" : "lrl",
      verdict.expectations.map { verdict in
        [
          "`\(verdict.expectation.measure.name)` \(escaped(verdict.expectation.text))",
          escaped(verdict.found), word(verdict),
        ] + (isRepeated ? [verdict.trial.map(String.init) ?? "–"] : [])
      })
    if Interruption(scenario, trials).isPartial {
      page.paragraph("Judged on what was simulated before the interruption.")
    }
  }

  private func word(_ verdict: ExpectationVerdict) -> String {
    if verdict.passed { return "holds" }
    let word = "**\(verdict.outcome.rawValue)**"
    guard trials.count > 1 else { return word }
    let those = verdict.outcome == .fails ? verdict.failedTrials : verdict.undecidedTrials
    return "\(word) in \(Readable.count(those)) of \(Readable.count(verdict.trials))"
  }

  func reproduce(_ page: inout MarkdownText) {
    page.heading(2, "How to reproduce")
    page.code(environment.command)
    if trials.count > 1 {
      page.paragraph("One of the trials alone, here the one that is shown:")
      page.code(environment.command(ofTrial: result.trial))
    }
    page.table(
      ["What", "Value"], alignment: "ll",
      [
        ["Seed", "\(result.seed)"],
        ["Trials", "\(Readable.count(trials.count)) (shown in detail: trial \(result.trial))"],
        ["Simulated", Readable.clock(result.end)],
        ["Digest of the run", "`\(result.digest.hex)`"],
      ] + (trials.count > 1 ? [["Digest of all trials", "`\(TrialResult.digest(of: trials).hex)`"]] : []) + [
        ["farmsim", escaped(environment.version)],
        ["Platform", escaped(environment.platform)],
      ])
    page.paragraph(
      "The same scenario and seed give the same digest on the same platform. Another C library may round the "
        + "logarithms behind random delays differently, and then the digest differs.")
  }

  func limits(_ page: inout MarkdownText) {
    page.heading(2, "What is not modelled")
    page.list([
      "**Capacity.** Nodes answer at once and never saturate: processor, memory and bandwidth limits of the survivors "
        + "are not part of the answer.",
      "**The switch.** Every frame for the virtual IP reaches every node that the scenario leaves connected; MAC "
        + "learning, multicast snooping, ARP and neighbour discovery are taken as working.",
      "**TCP in full.** A flow is its SYN and retries, data segments, FIN or reset; congestion control, windows, "
        + "partial segments and keep-alives are not simulated.",
      "**The application.** Servers run, crash, hang or are slow as the scenario says, and share no state; what a broken session costs its "
        + "user is not counted.",
      "**Clocks.** Every node’s clock runs at the same rate; skew and drift are not simulated.",
      "**The clients’ own network.** Delay and loss between clients and the farm’s segment are zero unless a "
        + "scenario gives them to the service network.",
    ])
  }
}
