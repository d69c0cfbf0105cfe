import Commands
import FarmFile

/// The farm file that a command was given.
enum FarmFiles {
  static let usual = "/etc/farmd/farm.yaml"

  /// - Parameter needsRules: whether a farm that serves nobody is a mistake.
  /// - Throws: ``ExitReason/badInput`` after one line a problem on standard error.
  static func read(
    _ path: String, overrides: [Override] = [], needsRules: Bool = false
  ) throws -> DaemonFile {
    try DaemonFile.read(path: path, overrides: overrides, needsRules: needsRules).orBadInput()
  }
}
