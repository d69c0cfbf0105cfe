/// A number as written, with signs between its digits, and the text after it: `2'000.5`, `1,5`, `20 000`.
struct SeparatedNumber {
  /// Digits between the separators; at least one group.
  private(set) var groups: [String] = []
  /// The signs between the groups: one less than groups.
  private(set) var separators: [Character] = []
  /// The text after the number, with the blanks before it.
  private(set) var unit = ""

  private static let signs: Set<Character> = [",", ".", "'", "’", " ", "\u{a0}", "\u{2009}", "\u{202f}"]

  /// `nil` if the text does not begin with a digit.
  init?(_ text: String) {
    func isDigit(_ c: Character) -> Bool { c.isASCII && c.isNumber }
    let letters = Array(text)
    var i = 0
    while i < letters.count, isDigit(letters[i]) {
      let end = letters[i...].firstIndex { !isDigit($0) } ?? letters.count
      groups.append(String(letters[i..<end]))
      i = end
      guard end + 1 < letters.count, SeparatedNumber.signs.contains(letters[end]), isDigit(letters[end + 1])
      else { break }
      separators.append(letters[end])
      i = end + 1
    }
    guard !groups.isEmpty else { return nil }
    unit = String(letters[i...])
  }

  /// Whether it has no separator but a point.
  var isPlain: Bool { separators.isEmpty || separators == ["."] }

  /// Whether all separators are of one kind and may stand between thousands.
  var isThousands: Bool {
    guard let first = separators.first, separators.allSatisfy({ $0 == first }) else { return false }
    return (1...3).contains(groups[0].count) && groups[0].first != "0"
      && groups.dropFirst().allSatisfy { $0.count == 3 }
  }

  /// The slip in a number that cannot be read; `nil` if it is not clear what was meant.
  func slip(_ text: String, accepts: (String) -> Bool) -> QuantitySlip? {
    guard !isPlain, let last = separators.last else { return nil }
    let whole = groups.joined() + unit
    let fraction = groups.dropLast().joined() + "." + groups[groups.count - 1] + unit
    if separators == [","], isThousands {
      // A fraction of three zeros is not meant.
      let meant = [whole, fraction].filter { accepts($0) && ($0 == whole || groups[1] != "000") }
      guard !meant.isEmpty else { return nil }
      return QuantitySlip(
        message: "'\(text)' has a comma",
        expected: meant.count == 1 ? "'\(meant[0])'" : "'\(meant[0])', or '\(meant[1])' for a fraction")
    }
    if isThousands {
      guard accepts(whole) else { return nil }
      return QuantitySlip(message: "'\(text)' has signs between thousands", expected: "'\(whole)'")
    }
    // The last sign is the decimal one: `1.234,5`, `1,234.5`, `1,5`.
    let others = Set(separators.dropLast())
    guard last == "," || last == ".", !others.contains(last), others.count <= 1, accepts(fraction) else {
      return nil
    }
    return QuantitySlip(
      message: last == "," ? "'\(text)' has a decimal comma" : "'\(text)' has signs between thousands",
      expected: "'\(fraction)'")
  }
}
