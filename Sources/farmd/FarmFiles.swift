import Commands
import FarmFile

/// Reads the farm file of a command.
enum FarmFiles {
  static let usual = "/etc/farmd/farm.yaml"

  /// - Parameters:
  ///   - needsRules: whether a farm without rules, which serves nobody, is an error.
  ///   - isGuarded: whether to refuse a file that other users may write: it has commands that root runs.
  /// - Throws: ``ExitReason/badInput`` after one line for each problem on standard error.
  static func read(
    _ path: String, overrides: [Override] = [], needsRules: Bool = false, isGuarded: Bool = false
  ) throws -> DaemonFile {
    try DaemonFile.read(path: path, overrides: overrides, needsRules: needsRules, isGuarded: isGuarded)
      .orBadInput()
  }
}
