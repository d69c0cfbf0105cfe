import Engine

/// Both sides of a scenario as a page: `report.md` with charts of the simulator and the real kernel side by side.
public struct ComparisonReport: Sendable {
  public var scenario: Scenario
  public var comparison: Comparison
  /// The comparison with the simulator that uses the machine's own figures; `nil` if it was not calibrated.
  public var calibrated: Comparison?
  /// Each side's answer to the scenario's question: see ``Report/answer(scenario:result:trials:)``.
  public var answers: (simulated: String, real: String)
  /// Properties of the protocol that the simulator's trials violate.
  public var violations: [PropertyViolation]
  /// One trial of each side, with its owners over time.
  public var simulated: TrialResult
  public var real: TrialResult
  /// What was shortened, scaled or left out of the scenario, one sentence each.
  public var changes: [String]
  /// What was measured on this machine, one sentence each.
  public var calibration: [String]
  /// The machine's properties, as pairs.
  public var machine: [(what: String, value: String)]
  /// The command that makes this report again.
  public var command: String

  public init(
    scenario: Scenario, comparison: Comparison, calibrated: Comparison?,
    answers: (simulated: String, real: String), violations: [PropertyViolation] = [],
    simulated: TrialResult, real: TrialResult, changes: [String], calibration: [String],
    machine: [(what: String, value: String)],
    command: String
  ) {
    self.scenario = scenario
    self.comparison = comparison
    self.calibrated = calibrated
    self.answers = answers
    self.violations = violations
    self.simulated = simulated
    self.real = real
    self.changes = changes
    self.calibration = calibration
    self.machine = machine
    self.command = command
  }

  /// Writes `report.md` and its charts; a failure leaves what was there before.
  /// - Parameter others: further texts to write beside it, by the names of their files.
  /// - Throws: as ``Report/write(scenario:result:trials:environment:to:)``.
  public func write(to directory: String, with others: [String: String] = [:]) throws(ReportError) {
    let gnuplot = try Gnuplot()
    let charts = ComparisonCharts(
      scenario, comparison, calibrated: calibrated, simulated: simulated, real: real)
    let folder = try ReportFolder(directory)
    defer { folder.discard() }
    for chart in charts.all { try folder.draw(chart, by: gnuplot) }
    for (name, text) in others { try folder.write(name, text) }
    try folder.write("report.md", markdown(charts))
    try folder.publish(
      charts.all.map(\.file) + others.keys.sorted() + ["report.md"], removing: Report.possibleFiles)
  }

  func markdown(_ charts: ComparisonCharts) -> String {
    var page = MarkdownText()
    let escaped = MarkdownText.escaped
    page.heading(1, escaped("\(scenario.name), simulated and for real"))
    if !scenario.question.isEmpty { page.paragraph("**Question:** \(escaped(scenario.question))") }
    page.paragraph("**Answer of the real farm:** \(escaped(answers.real))")
    page.paragraph("**Answer of the simulator:** \(escaped(answers.simulated))")
    page.paragraph("**How well they agree:** \(escaped(ComparisonSummary.sentence(comparison)))")
    if let losses = ComparisonSummary.losses(comparison) {
      page.paragraph("**Lost connections:** \(escaped(losses))")
    }
    for violation in violations {
      page.paragraph(
        "**A property of the protocol is violated in the simulator:** \(escaped(violation.sentence)).")
    }
    page.paragraph(
      "The same farm file is played twice: in the simulator, and with real daemons, the kernel’s own packet "
        + "filters and real clients in network namespaces of one machine. Who accepts what is read from the kernels’ "
        + "notices of changed filters, not from the daemons, and measured by the code that measures the simulator."
    )
    sides(&page, charts)
    faults(&page)
    pictures(&page, charts)
    changed(&page)
    calibrations(&page)
    page.heading(2, "The machine")
    page.table(["What", "Value"], alignment: "ll", machine.map { [escaped($0.what), escaped($0.value)] })
    page.heading(2, "How to reproduce")
    page.code(command)
    page.paragraph(
      "The simulator’s side is the same each time; the real side is as good as the machine is idle.")
    return page.text
  }

  private static let head = [
    "Measure", "Simulator, mean", "p95", "Real kernel, mean", "p95", "p", "Verdict",
  ]

  private func row(_ compared: ComparedMeasure) -> [String] {
    [MarkdownText.escaped(compared.measure.name)]
      + ComparisonSummary.cells(compared).map { $0 == "DIFFERS" ? "**differs**" : MarkdownText.escaped($0) }
  }

  private func sides(_ page: inout MarkdownText, _ charts: ComparisonCharts) {
    page.heading(2, "Both sides")
    for chart in charts.distributions { page.image(chart) }
    if calibrated != nil, !charts.distributions.isEmpty {
      page.paragraph(
        "**calibrated** in a picture is the simulator with the delays that were measured on this machine; where its line "
          + "lies on the simulator’s, they make no difference.")
    }
    page.table(ComparisonReport.head, alignment: "lrrrrrl", comparison.measures.map(row))
    page.paragraph(
      "**p** is of a two-sample Kolmogorov-Smirnov test: the chance of samples at least this far apart if both sides "
        + "follow one law; it decides nothing.")
    let judged = comparison.judged.map(\.measure.name)
    page.paragraph("**Verdict:** \(MarkdownText.escaped(ComparisonRule.words(of: judged)))")
  }

  private func faults(_ page: inout MarkdownText) {
    let words = FaultText(scenario)
    page.heading(2, "Fault by fault")
    page.paragraph(
      "Of either side the filters alone are asked: **detection** runs from the fault to the first bucket with "
        + "another owner, **spread** from there to the last one, **total** to one owner for every "
        + "bucket again (the rebalance time of that fault, judged like it). Of a planned move and of a fault’s end total "
        + "counts from the first bucket without one owner."
    )
    for fault in comparison.faults {
      let parts = [fault.detection, fault.spread, fault.total, fault.moved, fault.minimum].compactMap { $0 }
      if parts.isEmpty { continue }
      page.heading(3, MarkdownText.escaped(words.happened(fault.fault, isEnd: fault.isEnd)))
      page.table(ComparisonReport.head, alignment: "lrrrrrl", parts.map(row))
    }
  }

  private func pictures(_ page: inout MarkdownText, _ charts: ComparisonCharts) {
    if let phases = charts.phases { page.image(phases) }
    if charts.ownership.isEmpty { return }
    page.heading(2, "Who accepted which bucket")
    page.paragraph("One trial of the simulator, and the first repeat as the kernels’ filters were.")
    for chart in charts.ownership { page.image(chart) }
  }

  private func changed(_ page: inout MarkdownText) {
    page.heading(2, "What both sides play instead of the scenario as written")
    if changes.isEmpty { return page.paragraph("Nothing was changed.") }
    page.list(changes.map { MarkdownText.escaped($0) })
  }

  private func calibrations(_ page: inout MarkdownText) {
    page.heading(2, "Calibration")
    if calibration.isEmpty { return page.paragraph("The machine was not calibrated.") }
    page.list(calibration.map { MarkdownText.escaped($0) })
    guard let calibrated else { return }
    page.paragraph(
      "How far the simulator is from the real kernel, with the scenario’s figures and with these:")
    page.table(
      ["Difference of the means of", "Scenario’s figures", "This machine’s"], alignment: "lrr",
      comparison.measures.compactMap { before in
        guard before.measure.unit == .seconds,
          let after = calibrated.measures.first(where: { $0.measure == before.measure }),
          let real = before.real.mean, let was = before.simulated.mean, let now = after.simulated.mean
        else { return nil }
        return [
          MarkdownText.escaped(before.measure.name), Readable.time(abs(real - was)),
          Readable.time(abs(real - now)),
        ]
      })
  }
}
