import Commands
import FarmFile
import Foundation
import Sim

/// Where the reports of a command go.
struct ReportFolders {
  /// By position of the scenario.
  let paths: [String]
  /// The folder of them all.
  let folder: String

  /// The folder of each scenario, checked before anything is played; `nil` without `--report`.
  /// - Throws: an exit code after saying why on standard error: a folder that cannot be written, gnuplot
  ///   missing, or two scenarios of one name.
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

  /// Writes the page of them all, if there are several, and says where it is.
  func writeIndex(isQuiet: Bool) throws {
    guard paths.count > 1 else { return }
    try Self.saying { () throws(ReportError) in try ReportIndex(of: folder).write() }
    if !isQuiet { Self.say("All of them", folder, ReportIndex.file) }
  }

  /// Says where a file is.
  static func say(_ what: String, _ folder: String, _ file: String) {
    Console.complain("\(what): " + PathText.joined(folder, file))
  }

  /// Whether a report could be written there, asked before anything is played.
  static func check(_ folder: String) throws {
    try saying { () throws(ReportError) in
      try Report.checkGnuplot()
      try Report.checkWritable(folder)
    }
  }

  /// Does something, and leaves with one line and an exit code if it fails.
  static func saying(_ work: () throws(ReportError) -> Void) throws {
    do {
      try work()
    } catch {
      throw (ExitReason(rawValue: error.exitCode) ?? .ourBug).saying("error: \(error.message)")
    }
  }
}
