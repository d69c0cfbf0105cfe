extension YAMLNode {
  /// The value as one line of YAML that reads as the same value. A daemon keeps it of a file that may change.
  public var flowText: String {
    switch content {
    case .scalar(let text, _): isNull ? "null" : YAMLNode.quoted(text)
    case .list(let items): "[" + items.map(\.flowText).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\(YAMLNode.quoted($0.key)): \($0.value.flowText)" }.joined(separator: ", ") + "}"
    }
  }

  /// A text in double quotes. A character that YAML does not take as it is goes by its number.
  private static func quoted(_ text: String) -> String {
    var line = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": line += "\\\(scalar)"
      case " "..."~": line.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        line += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return line + "\""
  }
}
