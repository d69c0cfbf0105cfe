import ArgumentParser
import FarmFile
import Sim

/// The scenario files that a command was given.
enum ScenarioFiles {
  /// Reads all of them, so that every problem of every file is said before anything is done.
  /// - Throws: ``ExitReason/badInput`` after one line a problem on standard error.
  static func read(_ paths: [String], overrides: [Override] = []) throws -> [Scenario] {
    var scenarios: [Scenario] = []
    var isGood = true
    for path in paths {
      switch Scenario.read(path: path, overrides: overrides) {
      case .success(let scenario):
        scenarios.append(scenario)
      case .failure(let found):
        isGood = false
        for problem in found.problems { Console.complain("\(problem)") }
      }
    }
    guard isGood else { throw ExitReason.badInput.exit }
    return scenarios
  }
}
