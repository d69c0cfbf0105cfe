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
