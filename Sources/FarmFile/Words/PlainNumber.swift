import Engine

/// Numbers as people write them in a file.
public enum PlainNumber {
  /// A number without a point behind a whole one, and with at most six decimals: `100`, `0.5`, `12.25`.
  public static func text(_ value: Double) -> String {
    let tidy = (value * 1e6).rounded() / 1e6
    return tidy == tidy.rounded() && abs(tidy) < 1e15 ? "\(Int(tidy))" : "\(tidy)"
  }

  /// A count; whole millions as `10M`.
  public static func text(_ count: Int) -> String {
    count >= 1_000_000 && count.isMultiple(of: 1_000_000) ? "\(count / 1_000_000)M" : "\(count)"
  }

  /// A share as a percentage: `12.5 %`.
  public static func percent(_ share: Double) -> String { "\(text(share * 100)) %" }

  /// Events per second, in millions where that is shorter: `0.001/s`, `1000 M/s`.
  public static func rate(_ perSecond: Double) -> String {
    perSecond >= 1e6 ? "\(text(perSecond / 1e6)) M/s" : "\(text(perSecond))/s"
  }

  /// `1 value`, `2 values`, `1 entry`, `2 entries`.
  public static func count(_ count: Int, _ noun: String) -> String {
    if count == 1 { return "1 \(noun)" }
    return "\(count) " + (noun.hasSuffix("y") ? "\(noun.dropLast())ies" : "\(noun)s")
  }
}

extension Digest {
  /// Sixteen hexadecimal digits, as people and reports see a digest.
  public var hex: String {
    let digits = String(rawValue, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
