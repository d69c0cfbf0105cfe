import FarmFile
import Foundation

/// How reports are spelled in JSON: keys with underscores, sorted, so that equal reports are equal bytes.
public enum ControlJSON {
  /// One line without its end.
  public static func line(_ value: some Encodable) -> [UInt8] {
    bytes(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  /// Several lines, indented, without the last one's end.
  public static func text(_ value: some Encodable) -> String {
    String(decoding: bytes(value, [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]), as: UTF8.self)
  }

  static func read<Value: Decodable>(_ type: Value.Type, from line: some Sequence<UInt8>) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(line))
  }

  private static func bytes(_ value: some Encodable, _ format: JSONEncoder.OutputFormatting) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = format
    // Only a number that is not finite can fail, and a report with such a number is a bug.
    do {
      let text = String(decoding: try encoder.encode(value), as: UTF8.self)
      return Array(PlainText.json(text).utf8)
    } catch {
      preconditionFailure("a reply that JSON cannot say: \(error)")
    }
  }
}
