import Engine

/// A number and the unit after it: `100 ms`, `2000/s`, `0.1 %`, `20k`. Or several times that are added, the longest
/// unit first: `18 h 30 min`.
///
/// It deliberately does not know which dimension is wanted. ``YAMLReader`` asks for one, and explains what is there
/// instead.
public struct Quantity: Sendable, Hashable {
  /// A number that is too large for the type is the largest there is, so that it is out of every range.
  public var value: Double
  /// As written, without blanks; empty if there is none.
  public var unit: String

  /// Times in nanoseconds, by unit.
  static let times: [(unit: String, scale: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("min", 60e9),
    ("h", 3600e9),
  ]
  /// Rates in events per second, by unit.
  static let rates: [(unit: String, scale: Double)] = [
    ("/s", 1), ("/min", 1 / 60.0), ("/h", 1 / 3600.0), ("k/s", 1e3), ("M/s", 1e6),
  ]
  static let counts: [(unit: String, scale: Double)] = [("", 1), ("k", 1e3), ("M", 1e6)]

  /// Reads digits with at most one point and an optional exponent, then a unit. `nil` if there is no number.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    var i = 0
    func digits() {
      while i < bytes.count, bytes[i] >= 48 && bytes[i] <= 57 || bytes[i] == 95 && i > 0 { i += 1 }
    }
    if i < bytes.count, bytes[i] == 45 || bytes[i] == 43 { i += 1 }
    let start = i
    digits()
    if i < bytes.count, bytes[i] == 46 {
      i += 1
      digits()
    }
    guard i > start else { return nil }
    let mantissa = i
    if i < bytes.count, bytes[i] == 101 || bytes[i] == 69 {
      i += 1
      if i < bytes.count, bytes[i] == 45 || bytes[i] == 43 { i += 1 }
      let exponent = i
      digits()
      if i == exponent { i = mantissa }
    }
    let number = String(decoding: bytes[..<i].filter { $0 != 95 }, as: UTF8.self)
    guard let value = Double(number) else { return nil }
    let most = Double.greatestFiniteMagnitude
    self.value = min(max(value, -most), most)
    unit = String(decoding: bytes[i...], as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
  }

  /// As a time; `nil` for another unit, or beyond 146 years. A zero needs no unit.
  public var duration: Duration? {
    guard let terms = time else { return nil }
    var total = Duration.zero
    for term in terms {
      let nanoseconds = (term.value * term.scale).rounded()
      guard abs(nanoseconds) < 4.6e18 else { return nil }
      total += Duration(nanoseconds: Int64(nanoseconds))
      guard abs(total.nanoseconds) < 4_600_000_000_000_000_000 else { return nil }
    }
    return total
  }

  /// Whether it is a time that is too long for ``duration``.
  var isEndlessTime: Bool { time != nil && duration == nil }

  /// A number with one of the units of ``times``: one of several that are added.
  struct Term {
    var value: Double
    var unit: String
    var scale: Double
  }

  /// The terms that make up a time: whole numbers with one unit each, then a time in smaller units.
  private var time: [Term]? {
    if let scale = scale(in: Quantity.times) { return [Term(value: value, unit: unit, scale: scale)] }
    let terms = terms
    guard terms.count > 1, value >= 0,
      zip(terms, terms.dropFirst()).allSatisfy({ $0.scale > $1.scale && $0.value == $0.value.rounded() })
    else { return nil }
    return terms
  }

  /// Numbers with units of time as they are written one after the other, in any order. Empty if one has another unit.
  var terms: [Term] {
    let own = String(unit.prefix { !("0"..."9").contains($0) })
    guard let scale = Quantity.times.first(where: { $0.unit == own })?.scale else { return [] }
    let first = Term(value: value, unit: own, scale: scale)
    if own == unit { return [first] }
    guard let rest = Quantity(String(unit.dropFirst(own.count)))?.terms, !rest.isEmpty else { return [] }
    return [first] + rest
  }

  /// As a share, 1 for `100 %`; `nil` for another unit. A zero needs no unit.
  public var share: Double? { unit == "%" ? value / 100 : (unit.isEmpty && value == 0 ? 0 : nil) }

  /// As events per second; `nil` for another unit. A zero needs no unit.
  public var rate: Double? { scale(in: Quantity.rates).map { value * $0 } }

  /// As a count, `k` for thousands and `M` for millions; `nil` with another unit or a fraction.
  public var count: Int? {
    guard let scale = Quantity.counts.first(where: { $0.unit == unit })?.scale else { return nil }
    let number = (value * scale).rounded()
    guard abs(number - value * scale) < 1e-6, abs(number) < 9e15 else { return nil }
    return Int(number)
  }

  /// Whether it is a count that is too large for ``count``.
  var isEndlessCount: Bool {
    guard let scale = Quantity.counts.first(where: { $0.unit == unit })?.scale else { return false }
    return abs(value * scale) >= 9e15
  }

  private func scale(in table: [(unit: String, scale: Double)]) -> Double? {
    if unit.isEmpty, value == 0 { return 1 }
    return table.first { $0.unit == unit }?.scale
  }
}
