import FarmFile

/// The farm file that a command was given.
enum FarmFiles {
  static let usual = "/etc/farmd/farm.yaml"

  /// - Throws: ``ExitReason/badInput`` after one line a problem on standard error.
  static func read(_ path: String, overrides: [Override] = []) throws -> DaemonFile {
    switch DaemonFile.read(path: path, overrides: overrides) {
    case .success(let file): return file
    case .failure(let found):
      for problem in found.problems { Console.complain("\(problem)") }
      throw ExitReason.badInput.exit
    }
  }
}
