import Commands
import FarmFile
import Foundation
import Sim

/// The folders of a command's reports.
struct ReportFolders {
  /// By position of the scenario.
  let paths: [String]
  /// The folder of all reports.
  let folder: String

  /// The folder of each scenario's report, checked before anything is played; `nil` without `--report`.
  /// - Throws: an exit code, after a line on standard error that says why: a folder cannot be written to, gnuplot is
  ///   missing, or two scenarios have one name.
  static func prepared(_ folder: String?, for scenarios: [Scenario]) throws -> ReportFolders? {
    guard let folder else { return nil }
    let paths = scenarios.map {
      scenarios.count == 1 ? folder : PathText.joined(folder, $0.name)
    }
    for (i, path) in paths.enumerated() where paths[..<i].contains(path) {
      throw ExitReason.usage.saying(
        "--report: two scenarios are named '\(scenarios[i].name)'; play them one by one")
    }
    try saying { () throws(ReportError) in
      try Report.checkGnuplot()
      for path in paths { try Report.checkWritable(path) }
      if paths.count > 1 { try ReportIndex.check(folder) }
    }
    return ReportFolders(paths: paths, folder: folder)
  }

  /// Writes one report and says where it is.
  func write(_ played: PlayedScenario, to index: Int, isQuiet: Bool) throws {
    try Self.saying { () throws(ReportError) in
      try Report.write(
        scenario: played.run.scenario, result: played.results[played.shown], trials: played.results,
        environment: played.run.environment(folder: paths[index]), to: paths[index])
    }
    // On standard error, so that JSON on standard output stays JSON.
    if !isQuiet { Self.say("Report", paths[index], "report.md") }
  }

  /// If there are several reports, writes the page with all of them and says where it is.
  func writeIndex(isQuiet: Bool) throws {
    guard paths.count > 1 else { return }
    try Self.saying { () throws(ReportError) in try ReportIndex(of: folder).write() }
    if !isQuiet { Self.say("All of them", folder, ReportIndex.file) }
  }

  /// Says where a file is.
  static func say(_ what: String, _ folder: String, _ file: String) {
    Console.complain("\(what): " + PathText.joined(folder, file))
  }

  /// Checks, before anything is played, that a report can be written to a folder.
  static func check(_ folder: String) throws {
    try saying { () throws(ReportError) in
      try Report.checkGnuplot()
      try Report.checkWritable(folder)
    }
  }

  /// Runs `work`. If it fails, writes one line and throws an exit code.
  static func saying(_ work: () throws(ReportError) -> Void) throws {
    do {
      try work()
    } catch {
      throw (ExitReason(rawValue: error.exitCode) ?? .ourBug).saying("error: \(error.message)")
    }
  }
}
