import ArgumentParser
import Commands
import Engine
import FarmFile
import Foundation
import LinuxBackend

/// The farm file, and which of its nodes this machine is.
struct FarmOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("The farm file.", valueName: "file"))
  var config = FarmFiles.usual

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The node that this machine is; the host's name if left out.", valueName: "name"))
  var node: String?

  @OptionGroup var changes: OverrideOptions

  /// Reads the file.
  /// - Throws: an exit code, after one line for each problem on standard error.
  func read() throws -> DriverSetup {
    let file = try FarmFiles.read(config, overrides: changes.overrides, isGuarded: true)
    do throws(CommandRefused) {
      return try setup(file)
    } catch { throw (node == nil ? ExitReason.badInput : .usage).refusing("\(error)") }
  }

  /// Reads the file again for a running daemon.
  @Sendable func reread() throws(CommandRefused) -> DriverSetup {
    switch DaemonFile.read(path: config, overrides: changes.overrides, isGuarded: true) {
    case .success(let file): return try setup(file)
    case .failure(let found): throw CommandRefused("\(found.problems[0])")
    }
  }

  private func setup(_ file: DaemonFile) throws(CommandRefused) -> DriverSetup {
    let names = file.farm.nodes
    let name = node ?? String(ProcessInfo.processInfo.hostName.prefix { $0 != "." })
    if let index = names.firstIndex(of: name) { return DriverSetup(file, node: NodeID(index)) }
    let hint = NearestName.of(name, among: names).map { "; did you mean '\($0)'?" }
    throw CommandRefused(
      "the farm has no node '\(name)'" + (hint ?? "; expected one of \(names.joined(separator: ", "))"))
  }
}

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
