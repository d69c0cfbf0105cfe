/// What the exit codes of a program mean, for help and documentation.
public struct ExitTable: Sendable {
  public let rows: [(reason: ExitReason, meaning: String)]

  public init(_ meanings: KeyValuePairs<ExitReason, String>) {
    rows = meanings.map { (reason: $0.key, meaning: $0.value) }
  }

  /// One line a code.
  public var text: String {
    rows.map { row in
      let code = String(row.reason.rawValue)
      return "  " + code + String(repeating: " ", count: 5 - code.count) + row.meaning
    }.joined(separator: "\n")
  }
}
