import Commands
import FarmFile

/// The farm file that a command was given.
enum FarmFiles {
  static let usual = "/etc/farmd/farm.yaml"

  /// - Parameters:
  ///   - needsRules: whether a farm that serves nobody is a mistake.
  ///   - isGuarded: whether a file is refused that other users may write: it has commands that root runs.
  /// - Throws: ``ExitReason/badInput`` after one line a problem on standard error.
  static func read(
    _ path: String, overrides: [Override] = [], needsRules: Bool = false, isGuarded: Bool = false
  ) throws -> DaemonFile {
    try DaemonFile.read(path: path, overrides: overrides, needsRules: needsRules, isGuarded: isGuarded)
      .orBadInput()
  }
}
