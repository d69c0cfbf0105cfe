import Engine
import FarmFile

/// A JSON text in the order it is built: measures keep the order of ``Measure``. An absent value is written as
/// `null` and not left out, so that a reader finds every key.
enum JSONValue {
  case null
  case bool(Bool)
  case integer(Int)
  case unsigned(UInt64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  /// A measure's number. A count is written as a whole number.
  static func measured(_ value: Double?, _ unit: MeasureUnit) -> JSONValue {
    if unit == .count, let value, let whole = Int(exactly: value) { return .integer(whole) }
    return optional(value)
  }
  static func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
  static func optional(_ value: Duration?) -> JSONValue { value.map { .number($0.seconds) } ?? .null }

  /// Indented by two spaces a level, keys in the order given.
  func text(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return "\(value)"
    case .unsigned(let value): return "\(value)"
    // JSON has no infinity and no NaN. Swift prints the shortest text that reads back as the same number.
    case .number(let value): return value.isFinite ? "\(value)" : "null"
    case .string(let value): return JSONValue.quoted(value)
    case .array(let values):
      if values.isEmpty { return "[]" }
      return "[\n" + values.map { inner + $0.text(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let pairs):
      if pairs.isEmpty { return "{}" }
      let lines = pairs.map { "\(inner)\(JSONValue.quoted($0.0)): \($0.1.text(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      default:
        if !PlainText.isPlain(scalar) {
          result += PlainText.jsonEscape(scalar)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
