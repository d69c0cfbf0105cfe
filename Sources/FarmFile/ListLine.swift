/// Lines of a list as spreadsheets and logs write them: fields between commas, semicolons or tabs, in quotes or not.
///
/// A field in quotes may hold the separator, and a quote that is written twice. Blanks around a field are not part of
/// it. A field ends with its line.
/// - Source: RFC 4180, except for line breaks in quotes.
public struct ListLine: Sendable {
  public let separator: UInt8

  /// - Parameter firstLine: the first line of the list. Its first separator outside of quotes is that of the list.
  public init(firstLine: some Sequence<UInt8>) {
    var isQuoted = false
    var found: UInt8?
    for byte in firstLine where found == nil {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, byte == 0x2c || byte == 0x3b || byte == 0x09 { found = byte }
    }
    separator = found ?? UInt8(ascii: ",")
  }

  /// Whether a line has nothing but blanks and separators, as spreadsheets write empty rows.
  public func isBlank(_ line: some Sequence<UInt8>) -> Bool {
    line.allSatisfy { $0 == separator || $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
  }

  /// The fields of a line, at least one; `nil` if its quotes do not match.
  public func fields(_ line: some Sequence<UInt8>) -> [String]? {
    var fields: [String] = []
    var field: [UInt8] = []
    var (isQuoted, wasQuoted, isQuoteOpen) = (false, false, false)
    func end() {
      if !wasQuoted { while field.last == 0x20 { field.removeLast() } }
      fields.append(String(decoding: field, as: UTF8.self))
      (field, isQuoted, wasQuoted) = ([], false, false)
    }
    for byte in line {
      switch byte {
      case UInt8(ascii: "\""):
        if isQuoted {
          // This ends the field, or is the first of two quotes.
          (isQuoted, isQuoteOpen) = (false, true)
        } else if isQuoteOpen {
          field.append(byte)
          (isQuoted, isQuoteOpen) = (true, false)
        } else {
          guard field.isEmpty, !wasQuoted else { return nil }
          (isQuoted, wasQuoted) = (true, true)
        }
        continue
      case separator where !isQuoted: end()
      case 0x20 where !isQuoted && (field.isEmpty || wasQuoted): break
      default:
        guard isQuoted || !wasQuoted else { return nil }
        field.append(byte)
      }
      isQuoteOpen = false
    }
    guard !isQuoted else { return nil }
    end()
    return fields
  }
}
