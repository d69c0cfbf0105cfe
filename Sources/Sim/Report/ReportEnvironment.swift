import FarmFile

/// Where and with what a run was made: the part of a report that the run itself does not know.
///
/// It is a value that the caller passes in, so that a report holds nothing that varies by itself: no date, no host
/// name.
public struct ReportEnvironment: Sendable, Hashable {
  /// The words of the command that makes this report again.
  public var words: [String]
  /// The version of farmsim, such as `0.1.0`.
  public var version: String
  /// Operating system, processor and C library: digests are promised to be equal on one platform only.
  public var platform: String

  public init(words: [String], version: String, platform: String) {
    self.words = words
    self.version = version
    self.platform = platform
  }

  /// The command that makes this report again, as typed in a shell.
  var command: String { ShellText.command(words) }

  /// The command that plays one of several trials alone.
  func command(ofTrial trial: Int) -> String {
    var words = words
    if let index = words.firstIndex(of: "--trials"), index + 1 < words.count {
      words.replaceSubrange(index...index + 1, with: ["--trial", "\(trial)"])
    }
    return ShellText.command(words)
  }
}
