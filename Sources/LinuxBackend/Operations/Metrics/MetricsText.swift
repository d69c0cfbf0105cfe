import FarmFile

/// A ``StatusReport`` as Prometheus reads it.
///
/// - Source: the text exposition format 0.0.4, <https://prometheus.io/docs/instrumenting/exposition_formats/>.
public struct MetricsText: Sendable {
  /// All lines, ends included.
  public private(set) var text = ""

  /// The content type for HTTP.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  enum Kind: String { case gauge, counter }
  typealias Labels = [(name: String, value: String)]

  /// - Parameter residentBytes: the daemon's memory; left out if `nil`.
  public init(_ report: StatusReport, residentBytes: UInt64? = ProcessMemory.residentBytes) {
    addNode(report, residentBytes)
    addView(report)
    addMembers(report)
    addGroups(report)
    addHealth(report)
    if let machine = report.machine { addMachine(machine) }
    addCounts(report)
  }

  /// Adds one metric with all its samples; nothing if there are no samples.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [(Labels, Double)]) {
    if samples.isEmpty { return }
    text += "# HELP farmd_\(name) \(help)\n# TYPE farmd_\(name) \(kind.rawValue)\n"
    for (labels, value) in samples {
      text += "farmd_\(name)"
      if !labels.isEmpty {
        text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
      }
      text += " \(Self.number(value))\n"
    }
  }

  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
    add(name, kind, help, [([], value)])
  }

  /// Escapes backslash, quote and line break, which a label's value must not contain bare.
  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value.unicodeScalars.map({ $0 == "\n" || PlainText.isPlain($0) ? $0 : " " }) {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }

  /// Writes whole numbers without a decimal point.
  private static func number(_ value: Double) -> String {
    Int64(exactly: value).map(String.init) ?? "\(value)"
  }
}
