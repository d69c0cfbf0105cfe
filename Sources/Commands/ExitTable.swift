/// What the exit codes of a program mean, for help and documentation.
public struct ExitTable: Sendable {
  public let rows: [(reason: ExitReason, meaning: String)]

  public init(_ meanings: KeyValuePairs<ExitReason, String>) {
    rows = meanings.map { (reason: $0.key, meaning: $0.value) }
  }

  /// Codes and meanings, one below the other, wrapped for a terminal.
  public var text: String { rows.map(Self.row).joined(separator: "\n") }

  /// The same for the codes that one command uses.
  public func text(of codes: ExitReason...) -> String {
    rows.filter { codes.contains($0.reason) }.map(Self.row).joined(separator: "\n")
  }

  private static let columns = 79

  private static func row(_ row: (reason: ExitReason, meaning: String)) -> String {
    let code = String(row.reason.rawValue)
    let indent = String(repeating: " ", count: 7)
    var lines = ["  " + code + String(repeating: " ", count: 5 - code.count)]
    for word in row.meaning.split(separator: " ") {
      let line = lines[lines.count - 1]
      let isFirst = line.count == indent.count
      if !isFirst, line.count + 1 + word.count > columns {
        lines.append(indent + word)
      } else {
        lines[lines.count - 1] += (isFirst ? "" : " ") + word
      }
    }
    return lines.joined(separator: "\n")
  }
}
