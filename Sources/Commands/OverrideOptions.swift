import ArgumentParser
import FarmFile

/// Values given beside the file: `--set`.
public struct OverrideOptions: ParsableArguments, Sendable {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      """
      Change a value of the file, as farm.profile=fast; with + before the path add what the file does not have, as \
      +networks.backup.carries=heartbeat. Can be given several times.
      """,
      valueName: "path=value"))
  public var overrides: [Override] = []

  public init() {}

  /// The same again, as words of a command line.
  public var words: [String] { overrides.flatMap { ShellText.option("--set", $0.text) } }
}

extension Override: ExpressibleByArgument {
  public init?(argument: String) { self.init(parsing: argument) }
}
