import Engine
import FarmFile

/// `report.md`, section by section.
///
/// ``markdown()`` has the order of the sections. Each section is a function that appends to the page, or nothing if it
/// has nothing to say; extensions hold the longer ones. Texts from files go through ``escaped(_:)``.
struct ReportPage {
  /// The scenario with the faults of the trial that is shown.
  let scenario: Scenario
  let answer: Answer
  let result: TrialResult
  let trials: [TrialResult]
  let environment: ReportEnvironment
  let summaries: [TrialSummary]
  let verdict: RunVerdict
  let charts: ReportCharts
  let marks: ChartMarks
  let words: FaultText

  init(scenario written: Scenario, result: TrialResult, trials: [TrialResult], environment: ReportEnvironment)
  {
    let trials = trials.isEmpty ? [result] : trials
    answer = Answer(written, result, trials)
    let scenario = written.drawn(as: result)
    self.scenario = scenario
    self.result = result
    self.trials = trials
    self.environment = environment
    let haveMean = trials.allSatisfy { $0.haveRebalancesMean(written.drawn(as: $0).faults) }
    summaries =
      trials.count > 1
      ? TrialSummary.all(of: trials).filter { haveMean || $0.measure.name != "rebalance_time.mean" } : []
    verdict = RunVerdict(scenario, trials)
    charts = ReportCharts(
      scenario, result, trials, summaries: summaries,
      distributing: answer.asksForDrains ? .drains : .rebalances)
    marks = ChartMarks(scenario, result.outcome, end: result.end)
    words = FaultText(scenario, result.outcome)
  }

  func markdown() -> String {
    var page = MarkdownText()
    opening(&page)
    picture(&page)
    clients(&page)
    outcome(&page)
    timeline(&page)
    closeUps(&page)
    rebalances(&page)
    affinity(&page)
    keyFigures(&page)
    skew(&page)
    repeated(&page)
    expectations(&page)
    reproduce(&page)
    files(&page)
    limits(&page)
    return page.text
  }

  func escaped(_ text: String) -> String { MarkdownText.escaped(text) }

  private func opening(_ page: inout MarkdownText) {
    page.heading(1, escaped(scenario.name))
    if !scenario.question.isEmpty { page.paragraph("**Question:** \(escaped(scenario.question))") }
    page.paragraph("**Answer:** \(escaped(answer.text))")
    page.paragraph(verdictLine())
    for violation in verdict.violations {
      page.paragraph("**A property of the protocol is violated:** \(escaped(violation.sentence)).")
    }
    let interruption = Interruption(scenario, trials)
    if interruption.isPartial {
      page.paragraph(
        "**Partial:** the run was interrupted; \(interruption.words). The trial shown here ended at \(Readable.clock(result.end)) of "
          + "\(Readable.setting(scenario.run.duration)).")
    }
    if !scenario.description.isEmpty { page.paragraph(escaped(scenario.description)) }
  }

  private func verdictLine() -> String {
    verdict.outcome == .none
      ? "**Verdict:** none; \(verdict.reason)."
      : "**Verdict: \(verdict.outcome.rawValue)** – \(verdict.reason)."
  }

  private func timeline(_ page: inout MarkdownText) {
    page.heading(2, "Timeline")
    guard !result.timeline.isEmpty else { return page.paragraph("Nothing happened.") }
    let story = StorySelection(
      result.timeline, formed: charts.formed, rebalances: result.rebalances)
    let rows = story.entries.map { entry in
      let text = escaped(entry.text)
      return [
        Readable.clock(entry.at), entry.node.map { escaped(words.name($0)) } ?? "farm",
        entry.kind == .fault || entry.kind == .alarm ? "**\(text)**" : text,
      ]
    }
    page.table(["Time", "Node", "What happened"], alignment: "rll", rows)
    if story.omittedFaults > 0 {
      page.paragraph(
        "Of \(Readable.count(story.faults)) \(answer.told.nouns.many) and ends of them, those with the longest rebalances are shown."
      )
    }
    var left: [String] = []
    if story.omittedAtStart > 0 {
      left.append("\(Readable.count(story.omittedAtStart, "line")) of the farm’s start")
    }
    if story.omittedLater > 0, let last = story.lastOmitted {
      left.append("\(Readable.count(story.omittedLater)) later, the last at \(Readable.clock(last))")
    }
    if !left.isEmpty {
      page.paragraph("Not shown: \(PlainText.list(left)). [events.csv](events.csv) has them all.")
    }
  }

  private func files(_ page: inout MarkdownText) {
    page.heading(2, "Everything as tables")
    page.paragraph(
      "For a spreadsheet or a program: [events.csv](events.csv) has every line of the story, [faults.csv](faults.csv) "
        + "what each fault did to the buckets, [load.csv](load.csv) the packets of each node over time, "
        + "[ownership.csv](ownership.csv) every change of a bucket’s owners. Times are in seconds.")
  }
}
