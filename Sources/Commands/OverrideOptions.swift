import ArgumentParser
import FarmFile

/// Values that replace those of the file: `--set`.
public struct OverrideOptions: ParsableArguments, Sendable {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      """
      Change a value of the file, as farm.profile=fast; with + before the path add what the file does not have, as \
      +networks.backup.carries=heartbeat. Can be given several times.
      """,
      valueName: "path=value"))
  var settings: [String] = []

  public init() {}

  public func validate() throws {
    for setting in settings {
      do throws(Complaint) { _ = try Override(parsing: setting) } catch { throw ValidationError(error.line) }
    }
  }

  /// The changes, in the order given.
  public var overrides: [Override] { settings.compactMap { try? Override(parsing: $0) } }

  /// The same as words of a command line.
  public var words: [String] { settings.flatMap { ShellText.option("--set", $0) } }
}
