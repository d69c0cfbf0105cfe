import Engine

/// Values with a meaning: whole numbers, numbers, times, shares, rates, choices.
///
/// Each question reads a single value and answers `nil` after it has reported one that is of another kind, doubtful or
/// out of range. A report names the most likely slip, if there is one (``QuantitySlip``).
extension YAMLReader {
  /// A whole number, decimal or `0x` hexadecimal, `k` for thousands and `M` for millions.
  public func integer(in range: ClosedRange<Int>) -> Int? {
    let limits = "\(PlainNumber.text(range.lowerBound)) to \(PlainNumber.text(range.upperBound))"
    let expected = "a whole number, \(limits)"
    guard let text = text(expected: expected) else { return nil }
    guard let value = hexadecimal(text) ?? Quantity(text)?.count else {
      if isHexadecimal(text) || Quantity(text)?.isEndlessCount ?? false {
        report("'\(name)' is out of range: \(text)", expected: limits)
        return nil
      }
      let slip = QuantitySlip.find(in: text, kind: .count)
      report(slip?.message ?? "'\(text)' is not a whole number", expected: slip?.expected ?? expected)
      return nil
    }
    if let doubt = QuantitySlip.doubt(text, kind: .count) {
      report(doubt.message, expected: doubt.expected)
      return nil
    }
    guard range.contains(value) else {
      report("'\(name)' is out of range: \(text)", expected: limits)
      return nil
    }
    return value
  }

  private func hexadecimal(_ text: String) -> Int? {
    isHexadecimal(text) ? Int(text.dropFirst(2), radix: 16) : nil
  }

  private func isHexadecimal(_ text: String) -> Bool {
    text.hasPrefix("0x") && text.count > 2 && text.dropFirst(2).allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  /// A number without a unit.
  public func number(in range: ClosedRange<Double>) -> Double? {
    quantity(
      .number, expected: "a number, such as 1.0", range: range,
      shown: PlainNumber.text, value: { $0.unit.isEmpty ? $0.value : nil })
  }

  /// A time with its unit, within a range.
  public func duration(in range: ClosedRange<Duration>) -> Duration? {
    quantity(
      .time, expected: "a time, such as '100 ms' (ns, us, ms, s, min, h)", range: range, shown: { $0.text },
      value: \.duration)
  }

  /// A share as 0 to 1, which the file writes as a percentage.
  public func share(in range: ClosedRange<Double> = 0...1) -> Double? {
    quantity(
      .share, expected: "a percentage, such as '5 %'", range: range, shown: PlainNumber.percent,
      value: \.share)
  }

  /// Events per second.
  public func rate(in range: ClosedRange<Double>) -> Double? {
    quantity(
      .rate, expected: "a rate, such as '2000/s' (/s, /min, /h, k/s, M/s)", range: range,
      shown: PlainNumber.rate, value: \.rate)
  }

  /// Whether something holds.
  public func flag() -> Bool? {
    choice([("true", true), ("false", false), ("yes", true), ("no", false), ("on", true), ("off", false)])
  }

  /// One of some names.
  public func choice<Value>(_ choices: [(name: String, value: Value)]) -> Value? {
    let names = choices.map(\.name)
    guard let text = text(expected: listed(names)) else { return nil }
    if let found = choices.first(where: { $0.name == text }) { return found.value }
    let nearest = log.nearest(to: text, among: names)
    report(
      "unknown \(name) '\(text)'", expected: nearest == nil ? listed(names) : nil, nearest: nearest)
    return nil
  }

  private func quantity<Value: Comparable>(
    _ kind: QuantitySlip.Kind, expected: String, range: ClosedRange<Value>, shown: (Value) -> String,
    value: (Quantity) -> Value?
  ) -> Value? {
    guard let text = text(expected: expected) else { return nil }
    let limits = "\(shown(range.lowerBound)) to \(shown(range.upperBound))"
    guard let quantity = Quantity(text), let result = value(quantity) else {
      if kind == .time, Quantity(text)?.isEndlessTime ?? false {
        report("'\(name)' is out of range: \(text)", expected: limits)
      } else {
        reportQuantity(text, kind, expected: expected)
      }
      return nil
    }
    if let doubt = QuantitySlip.doubt(text, kind: kind) {
      report(doubt.message, expected: doubt.expected)
      return nil
    }
    guard range.contains(result) else {
      report("'\(name)' is out of range: \(text)", expected: limits)
      return nil
    }
    return result
  }

  /// Reports a text that is no quantity of a kind: as its most likely slip, otherwise as what is wrong with it.
  /// - Parameter written: the whole value, if the quantity is only a part of it.
  public func reportQuantity(
    _ text: String, _ kind: QuantitySlip.Kind, in written: String? = nil, expected: String
  ) {
    let shown = written ?? text
    if let quantity = Quantity(text),
      kind == .time ? quantity.isEndlessTime : kind == .count && quantity.isEndlessCount
    {
      return report("'\(shown)' is too large", expected: expected)
    }
    if let slip = QuantitySlip.find(in: text, kind: kind) {
      return report(slip.message, expected: slip.expected)
    }
    guard let quantity = Quantity(text) else {
      return report(
        written == nil ? "'\(shown)' is not a number" : "'\(shown)' has no number", expected: expected)
    }
    report(
      quantity.unit.isEmpty ? "'\(shown)' has no unit" : "'\(shown)' has the unit '\(quantity.unit)'",
      expected: expected)
  }
}
