import Commands
import FarmFile

/// The farm file that a command was given.
enum FarmFiles {
  static let usual = "/etc/farmd/farm.yaml"

  /// - Throws: ``ExitReason/badInput`` after one line a problem on standard error.
  static func read(_ path: String, overrides: [Override] = []) throws -> DaemonFile {
    try DaemonFile.read(path: path, overrides: overrides).orBadInput()
  }
}
