import Engine
import Foundation

/// A run as a page: `report.md`, with its charts and tables beside it.
///
/// The Markdown is a pure function of its inputs (see ``markdown(scenario:result:trials:environment:)``), so that the
/// same seed gives the same bytes. Charts need gnuplot; one version of it always gives the same bytes.
public enum Report {
  /// Writes `report.md`, its charts and its tables.
  ///
  /// All files are put into the folder at once, the page last. A failure leaves what was there before. Charts that an
  /// earlier report had and this one does not are removed.
  /// - Parameters:
  ///   - result: a trial with its details.
  ///   - trials: every trial of the run, `result` among them; details are not needed.
  /// - Throws: ``ReportError/gnuplotMissing``, ``ReportError/chartFailed(chart:reason:)``,
  ///   ``ReportError/notWritable(path:reason:)``.
  public static func write(
    scenario: Scenario, result: TrialResult, trials: [TrialResult], environment: ReportEnvironment,
    to directory: String
  ) throws(ReportError) {
    let gnuplot = try Gnuplot()
    let page = ReportPage(scenario: scenario, result: result, trials: trials, environment: environment)
    let folder = try ReportFolder(directory)
    defer { folder.discard() }
    for chart in page.charts.all { try folder.draw(chart, by: gnuplot) }
    let tables = ReportTables(
      scenario: page.scenario, result: result, histories: page.charts.histories, marks: page.marks
    ).files
    for table in tables { try folder.write(table.name, table.text) }
    try folder.write("report.md", page.markdown())
    try folder.publish(
      page.charts.all.map(\.file) + tables.map(\.name) + ["report.md"], removing: possibleFiles)
  }

  /// The text of `report.md`.
  public static func markdown(
    scenario: Scenario, result: TrialResult, trials: [TrialResult], environment: ReportEnvironment
  ) -> String {
    ReportPage(scenario: scenario, result: result, trials: trials, environment: environment).markdown()
  }

  /// The answer to a scenario's question, as reports and summaries give it.
  public static func answer(scenario: Scenario, result: TrialResult, trials: [TrialResult]) -> String {
    Answer(scenario, result, trials).text
  }

  /// Which trial the answer is about, by position: the worst in the question's subject.
  /// - Precondition: there is a trial.
  public static func told(scenario: Scenario, trials: [TrialResult]) -> Int {
    let told = Answer(scenario, trials[0], trials).told.result.trial
    return trials.firstIndex { $0.trial == told } ?? 0
  }

  /// Whether a report could be written there, for a check before a run. It leaves nothing behind.
  /// - Throws: ``ReportError/notWritable(path:reason:)``.
  public static func checkWritable(_ directory: String) throws(ReportError) {
    try ReportFolder.check(directory, files: possibleFiles)
  }

  /// Every file that a report of any kind may have.
  static let possibleFiles =
    ReportCharts.possibleFiles + ReportTables.names + ComparisonCharts.possibleFiles + ["report.md"]

  /// Whether charts can be drawn, for a check before a run.
  /// - Throws: ``ReportError/gnuplotMissing``.
  public static func checkGnuplot() throws(ReportError) { _ = try Gnuplot() }
}
