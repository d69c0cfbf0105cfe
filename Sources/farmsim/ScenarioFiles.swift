import Commands
import FarmFile
import Sim

/// The scenario files that a command was given.
enum ScenarioFiles {
  /// Reads all of them, so that every problem of every file is reported before anything is done.
  /// - Parameter needsRules: whether a farm without rules is a problem.
  /// - Throws: ``ExitReason/badInput``, after one line on standard error for each problem; ``ExitReason/usage`` if
  ///   standard input would be read twice.
  static func read(
    _ paths: [String], overrides: [Override] = [], needsRules: Bool = false
  ) throws -> [Scenario] {
    guard paths.filter({ $0 == "-" }).count <= 1 else {
      throw ExitReason.usage.refusing("'-' is given twice: standard input is one file")
    }
    let results = paths.map { Scenario.read(path: $0, overrides: overrides, needsRules: needsRules) }
    for line in lines(zip(paths, results).map { ($0, $1.problems) }) { Console.complain(line) }
    return try results.map { result in
      do throws(FileProblems) { return try result.get() } catch { throw ExitReason.badInput.exit }
    }
  }

  /// One line for each problem. A problem of a value given by `--set` is reported once. It names the files that the
  /// value does not fit, unless that is all of them.
  private static func lines(_ files: [(path: String, problems: [Problem])]) -> [String] {
    func misfits(_ line: String) -> [String] {
      files.filter { file in file.problems.contains { $0.isOfOverride && $0.description == line } }.map(
        \.path)
    }
    var said: Set<String> = []
    return files.flatMap(\.problems).compactMap { problem in
      let line = problem.description
      guard problem.isOfOverride else { return line }
      guard said.insert(line).inserted else { return nil }
      let paths = misfits(line)
      return paths.count == files.count ? line : "\(line) (in \(paths.joined(separator: ", ")))"
    }
  }

  /// The text of one file, for a command that reads it more than once, since it may come from a pipe.
  /// - Throws: ``ExitReason/badInput``, after a line on standard error.
  static func text(of path: String) throws -> String {
    try Result<String, FileProblems>.reading(path: path) { .success($0) }.orBadInput()
  }
}

extension Result where Failure == FileProblems {
  fileprivate var problems: [Problem] {
    if case .failure(let found) = self { found.problems } else { [] }
  }
}
