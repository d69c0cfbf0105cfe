import ArgumentParser
import Engine
import FarmFile
import Foundation
import LinuxBackend

/// Which farm, and which of its nodes this machine is.
struct FarmOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("The farm file.", valueName: "file"))
  var config = FarmFiles.usual

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The node that this machine is; the host's name if left out.", valueName: "name"))
  var node: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Replace a value of the file, as farm.profile=fast; can be given several times.",
      valueName: "path=value"))
  var overrides: [String] = []

  func validate() throws {
    for text in overrides where Override(parsing: text) == nil {
      throw ValidationError("'--set \(text)' is not path=value")
    }
  }

  /// Reads the file. - Throws: an exit code, after one line a problem on standard error.
  func read() throws -> DriverSetup {
    let file = try FarmFiles.read(config, overrides: overrides.compactMap { Override(parsing: $0) })
    do throws(CommandRefused) {
      return try setup(file)
    } catch { throw Console.refused("\(error)", node == nil ? .badInput : .usage) }
  }

  /// Reads the file again for a daemon that runs.
  @Sendable func reread() throws(CommandRefused) -> DriverSetup {
    switch DaemonFile.read(path: config, overrides: overrides.compactMap { Override(parsing: $0) }) {
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
