import FarmFile
import Foundation
import Logging

/// Writes one line for each event: for the journal with its level as `<5>` in front, for people with the time and the
/// level's name.
///
/// Metadata follows in brackets, in alphabetical order; ``EventLog`` adds the view digest and the epoch.
/// - Source: `sd-daemon(3)` for the journal's prefixes.
public struct LineLogHandler: LogHandler {
  public enum Form: Sendable {
    case journal, people

    /// The journal's form if standard error goes to the journal, as the service manager says.
    public static func fitting(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Form
    {
      var status = stat()
      guard let stream = environment["JOURNAL_STREAM"], fstat(STDERR_FILENO, &status) == 0 else {
        return .people
      }
      return stream == "\(status.st_dev):\(status.st_ino)" ? .journal : .people
    }
  }

  public var metadata: Logger.Metadata = [:]
  public var logLevel: Logger.Level = .info
  private let form: Form
  private let writer: LogWriter

  public init(form: Form = .fitting(), writer: LogWriter) {
    self.form = form
    self.writer = writer
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var line = Self.prefix(form, event.level)
    line += PlainText.line(
      event.message.description.split(whereSeparator: \.isNewline).joined(separator: " "))
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    if !all.isEmpty {
      let words = all.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      line += PlainText.line(" [" + words.joined(separator: ", ") + "]")
    }
    writer.write(line)
  }

  private static func prefix(_ form: Form, _ level: Logger.Level) -> String {
    switch form {
    case .journal: return "<\(severity(level))>"
    case .people:
      let name = "\(level)"
      return now() + " " + name + String(repeating: " ", count: 9 - name.count)
    }
  }

  /// The level's number in `syslog(3)`.
  private static func severity(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }

  /// `2026-03-01T12:00:00.123Z`.
  private static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
    let digits = String(time.tv_nsec / 1_000_000)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "."
      + String(repeating: "0", count: 3 - digits.count) + digits + "Z"
  }
}
