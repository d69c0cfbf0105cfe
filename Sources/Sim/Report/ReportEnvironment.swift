/// Where and with what a run was made: the part of a report that the run itself cannot know.
///
/// It is passed in as a value, so that a report holds nothing that varies by itself: no date, no host name.
public struct ReportEnvironment: Sendable, Hashable {
  /// The command that makes this report again, as typed in a shell.
  public var command: String
  /// Of farmsim, such as `0.1.0`.
  public var version: String
  /// Operating system, processor and C library: digests are promised to be equal on one platform only.
  public var platform: String

  public init(command: String, version: String, platform: String) {
    self.command = command
    self.version = version
    self.platform = platform
  }

  /// The command that plays one trial of many alone. - Parameter trials: how many ``command`` plays, more than one.
  func command(ofTrial trial: Int, of trials: Int) -> String {
    command.replacing("--trials \(trials)", with: "--trial \(trial)")
  }
}
