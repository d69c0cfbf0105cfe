import Commands
import FarmFile
import Sim

/// The scenario files that a command was given.
enum ScenarioFiles {
  /// Reads all of them, so that every problem of every file is said before anything is done.
  /// - Throws: ``ExitReason/badInput`` after one line a problem on standard error; ``ExitReason/usage`` if standard
  ///   input is to be read twice.
  static func read(_ paths: [String], overrides: [Override] = []) throws -> [Scenario] {
    guard paths.filter({ $0 == "-" }).count <= 1 else {
      throw ExitReason.usage.refusing("'-' is given twice: standard input is one file")
    }
    let results = paths.map { Scenario.read(path: $0, overrides: overrides) }
    for case .failure(let found) in results { Console.complain(found.description) }
    return try results.map { result in
      do throws(FileProblems) { return try result.get() } catch { throw ExitReason.badInput.exit }
    }
  }

  /// The text of one, for a command that reads it more than once: it may come from a pipe.
  /// - Throws: ``ExitReason/badInput`` after a line on standard error.
  static func text(of path: String) throws -> String {
    try Result<String, FileProblems>.reading(path: path) { .success($0) }.orBadInput()
  }
}
