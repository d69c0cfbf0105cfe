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
      "Replace a value of the file: --set farm.profile=fast. May be repeated.", valueName: "path=value"))
  var overrides: [String] = []

  func validate() throws {
    for text in overrides where Override(parsing: text) == nil {
      throw ValidationError("'--set \(text)' is not path=value")
    }
  }

  /// Reads the file. - Throws: an exit code, after one line a problem on standard error.
  func read() throws -> DriverSetup {
    let overrides = overrides.compactMap { Override(parsing: $0) }
    let file = try FarmFiles.read(config, overrides: overrides)
    let name = node ?? String(ProcessInfo.processInfo.hostName.prefix { $0 != "." })
    guard let index = file.farm.nodes.firstIndex(of: name) else {
      let nearest = NearestName.of(name, among: file.farm.nodes)
      let expected = "; expected one of \(file.farm.nodes.joined(separator: ", "))"
      Console.complain(
        "Error: the farm has no node '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? expected))
      throw (node == nil ? ExitReason.badInput : .usage).exit
    }
    return DriverSetup(file, node: NodeID(index))
  }
}
