/// What an operator most likely meant by a text that is no quantity of the wanted kind.
///
/// It corrects numbers that are written as elsewhere (`1,5 s`, `2'000`, `20.000`) and units of other programs (`2 m`,
/// `5 sec`, `10 percent`). It offers a correction only if the format would read that.
public struct QuantitySlip: Sendable, Equatable {
  /// What is wrong: `'1,5 s' has a decimal comma`.
  public let message: String
  /// What would be right: `'1.5 s'`.
  public let expected: String

  public enum Kind: Sendable {
    case time, share, rate, count, number

    fileprivate func accepts(_ text: String) -> Bool {
      guard let quantity = Quantity(text), QuantitySlip.doubt(text, kind: self) == nil else { return false }
      return switch self {
      case .time: quantity.duration != nil
      case .share: quantity.share != nil
      case .rate: quantity.rate != nil
      case .count: quantity.count != nil
      case .number: quantity.unit.isEmpty
      }
    }
  }

  /// - Parameter kind: the wanted kind; `nil` for any.
  public static func find(in text: String, kind: Kind?) -> QuantitySlip? {
    if let slip = QuantitySlip.appendage(text) { return slip }
    let separated = SeparatedNumber(text)
    if let separated, let slip = separated.slip(text, accepts: { kind?.accepts($0) ?? (Quantity($0) != nil) })
    {
      return slip
    }
    guard let kind, separated?.isPlain ?? true, let quantity = Quantity(text) else { return nil }
    if kind == .time, let slip = QuantitySlip.order(text, quantity.terms) { return slip }
    return QuantitySlip.unit(text, quantity, kind)
  }

  /// A slip in a number that can be read but is more likely meant otherwise: `20.000` as a count, `2.000/s`; `nil` if
  /// there is no doubt.
  public static func doubt(_ text: String, kind: Kind) -> QuantitySlip? {
    guard let number = SeparatedNumber(text), number.separators == ["."], number.isThousands else {
      return nil
    }
    let (whole, fraction) = (number.groups[0], number.groups[1])
    switch kind {
    case .count where number.unit.isEmpty:
      return QuantitySlip(
        message: "'\(text)' has a point between thousands", expected: "'\(whole)\(fraction)'")
    case .rate where fraction == "000":
      return QuantitySlip(
        message: "'\(text)' may be \(whole)\(number.unit) or \(whole)000\(number.unit)",
        expected: "'\(whole)\(number.unit)' or '\(whole)000\(number.unit)'")
    default: return nil
    }
  }

  /// A slip in what stands behind a value and is no part of it.
  private static func appendage(_ text: String) -> QuantitySlip? {
    if let last = text.last, last == "," || last == ";", text.count > 1 {
      return QuantitySlip(message: "'\(text)' ends with '\(last)'", expected: "'\(text.dropLast())'")
    }
    for sign in ["#", "//"] {
      guard let range = text.firstRange(of: sign), range.lowerBound != text.startIndex else { continue }
      return QuantitySlip(
        message: "'\(sign)' in '\(text)' begins no comment", expected: "' #' before a comment")
    }
    return nil
  }

  /// A slip in times that are added: they must be whole numbers, each unit once, the longest first.
  private static func order(_ text: String, _ terms: [Quantity.Term]) -> QuantitySlip? {
    guard terms.count > 1, terms.allSatisfy({ $0.value >= 0 }) else { return nil }
    let inOrder = terms.sorted { $0.scale > $1.scale }
    if let twice = zip(inOrder, inOrder.dropFirst()).first(where: { $0.scale == $1.scale }) {
      return QuantitySlip(
        message: "'\(text)' has the unit '\(twice.1.unit)' twice", expected: "each unit once")
    }
    guard inOrder.dropLast().allSatisfy({ $0.value == $0.value.rounded() }) else {
      return QuantitySlip(
        message: "'\(text)' has a fraction before a smaller unit",
        expected: "a fraction in the last number alone")
    }
    let sum = inOrder.map { "\(PlainNumber.text($0.value)) \($0.unit)" }.joined(separator: " ")
    guard inOrder.map(\.unit) != terms.map(\.unit) else { return nil }
    return QuantitySlip(message: "'\(text)' has a longer unit behind a shorter one", expected: "'\(sum)'")
  }

  private static func unit(_ text: String, _ quantity: Quantity, _ kind: Kind) -> QuantitySlip? {
    if kind == .time, let corrected = QuantitySlip.sum(text) {
      return QuantitySlip(
        message: "'\(text)' lacks a unit, or has one that is not ours", expected: "'\(corrected)'")
    }
    let digits = text.prefix { !$0.isLetter && !$0.isWhitespace && !"/%‰:".contains($0) }
    if kind == .time, quantity.unit.hasPrefix(":") {
      return QuantitySlip(
        message: "'\(text)' is a time of the clock", expected: "units, such as '1 min 30 s'")
    }
    let meant = ForeignUnits.ours(quantity.unit, kind).compactMap { factor, unit -> String? in
      // The answer has plain digits where the file has an exponent, or signs between thousands.
      let number =
        factor == 1 && Double(digits) == quantity.value
        ? String(digits) : PlainNumber.text(quantity.value * factor)
      let corrected = unit.hasPrefix("/") || kind == .count ? number + unit : "\(number) \(unit)"
      return kind.accepts(corrected) ? "'\(corrected)'" : nil
    }
    guard !meant.isEmpty else { return nil }
    return QuantitySlip(
      message: "'\(text)' has the unit '\(quantity.unit)'", expected: meant.joined(separator: " or "))
  }

  /// Times that are added, with units of other programs, in ours: `18h30m`.
  private static func sum(_ text: String) -> String? {
    var parts: [String] = []
    var rest = text.filter { !$0.isWhitespace }[...]
    let smaller = ["h": "min", "min": "s", "s": "ms"]
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !($0.isASCII && $0.isNumber) }
      rest = rest.dropFirst(unit.count)
      if unit.isEmpty, let last = parts.last?.split(separator: " ").last, let next = smaller[String(last)] {
        parts.append("\(number) \(next)")
        continue
      }
      guard !number.isEmpty, let ours = ForeignUnits.ours(String(unit), .time).first, ours.factor == 1 else {
        return nil
      }
      parts.append("\(number) \(ours.unit)")
    }
    let sum = parts.joined(separator: " ")
    return parts.count > 1 && Quantity(sum)?.duration != nil ? sum : nil
  }
}
