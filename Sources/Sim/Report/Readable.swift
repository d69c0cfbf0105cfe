import Engine
import Foundation

/// Numbers as people read them: a fitting unit, three significant digits, a comma between thousands.
///
/// Sentences, tables and charts all take their numbers from here, so that a figure reads the same everywhere. Lower
/// bounds of times and counts are rounded down, everything else to the nearest.
package enum Readable {
  /// A measure's number with its unit; a dash if there was nothing to measure.
  static func value(_ value: Double?, _ unit: MeasureUnit) -> String {
    guard let value, value.isFinite else { return "–" }
    switch unit {
    case .seconds: return time(value)
    case .bucketSeconds: return "\(number(value)) bucket-seconds"
    case .count: return number(value)
    case .share, .ratio: return String(format: "%.4g", value)
    case .perSecond: return "\(number(value))/s"
    }
  }

  /// The same; `at least 40 s` if it is a lower bound. That of a time or a count is never rounded up.
  static func measured(_ measured: Measured?, _ unit: MeasureUnit) -> String {
    guard let measured, measured.isCensored else { return value(measured?.value, unit) }
    switch unit {
    case .seconds: return atLeast(measured.value)
    case .bucketSeconds, .count: return "at least \(value(lowered(measured.value), unit))"
    case .share, .ratio, .perSecond: return "at least \(value(measured.value, unit))"
    }
  }

  /// `at least 1.75 s`, from a time in seconds. A lower bound is never rounded up.
  static func atLeast(_ seconds: Double) -> String { "at least \(time(seconds, .down))" }

  static func atLeast(_ duration: Duration) -> String { atLeast(duration.seconds) }

  /// The longest of several times: `up to 1.75 s`, or `at least 1.75 s` if it was not over.
  static func longest(_ seconds: Measured) -> String {
    seconds.isCensored ? atLeast(seconds.value) : "up to \(time(seconds.value))"
  }

  /// A time in seconds as `517 ms`, `12.3 s`, `1,254 s`.
  package static func time(_ seconds: Double) -> String { time(seconds, .toNearestOrAwayFromZero) }

  private static func time(_ seconds: Double, _ rule: FloatingPointRoundingRule) -> String {
    guard seconds != 0, seconds.isFinite else { return seconds == 0 ? "0 s" : "–" }
    // Rounding comes first, so that 999.7 ms becomes 1 s and not 1000 ms.
    for (unit, factor) in [("s", 1.0), ("ms", 1e3), ("µs", 1e6)] {
      let rounded = told(seconds * factor, rule)
      if abs(rounded) >= 1 { return "\(number(rounded)) \(unit)" }
    }
    return "\(number(seconds * 1e9)) ns"
  }

  /// The largest number at or below `value` that ``number(_:)`` can tell.
  private static func lowered(_ value: Double) -> Double {
    value == value.rounded() ? value : told(value, .down)
  }

  /// A number as it is told: whole from a thousand on, otherwise to three significant digits.
  private static func told(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
    abs(value) >= 1000 ? rounded(value, rule) : threeDigits(value, rule)
  }

  /// Rounding down allows for a decimal fraction that binary does not hold exactly.
  private static func rounded(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
    rule == .down ? (value + 1e-6).rounded(.down) : value.rounded(rule)
  }

  package static func time(_ duration: Duration) -> String { time(duration.seconds) }

  /// The same, but from ten minutes on in whole minutes: `44 min`, `3 h 5 min`.
  static func long(_ duration: Duration) -> String {
    let minutes = Int((duration.seconds / 60).rounded())
    if minutes < 10 { return time(duration) }
    let (hours, rest) = minutes.quotientAndRemainder(dividingBy: 60)
    let parts = [hours == 0 ? "" : "\(count(hours)) h", rest == 0 ? "" : "\(rest) min"]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// The place of an instant in the run, always in seconds and to the millisecond, so that columns line up.
  static func clock(_ instant: Instant) -> String { String(format: "%.3f s", instant.seconds) }

  /// An instant in a sentence: as an operator would write it, to the millisecond from 1 s on.
  static func moment(_ instant: Instant) -> String {
    let ns = Int64(instant.nanoseconds)
    return setting(Duration(nanoseconds: ns < 1_000_000_000 ? ns : (ns + 500_000) / 1_000_000 * 1_000_000))
  }

  /// A length given by an operator, exactly: `20 s`, `1.5 s`, `250 ms`.
  static func setting(_ duration: Duration) -> String {
    let ns = duration.nanoseconds
    for (unit, size) in [("s", Int64(1_000_000_000)), ("ms", 1_000_000), ("µs", 1_000)] {
      if abs(ns) >= size { return "\(exact(Double(ns) / Double(size))) \(unit)" }
    }
    return ns == 0 ? "0 s" : "\(ns) ns"
  }

  /// Whole numbers in full, with commas; others to three significant digits.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if abs(value) >= 1000 || value == value.rounded() { return thousands(value.rounded()) }
    return exact(threeDigits(value))
  }

  package static func count(_ value: Int) -> String { thousands(Double(value)) }

  /// `1 bucket`, `2 buckets`.
  package static func count(_ value: Int, _ noun: String) -> String {
    "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// With this many digits after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : "–"
  }

  /// To a tenth of a per cent, so that the digits of a column line up.
  static func share(_ share: Double) -> String {
    guard share.isFinite else { return "–" }
    return share > 0 && share < 0.0005 ? "< 0.1 %" : "\(fixed(share * 100, 1)) %"
  }

  /// To whole per cents. A part that is not nothing is never 0 %, and a part that is not all never 100 %.
  static func wholePercent(_ part: Int, of all: Int) -> String {
    let points = (Double(part) / Double(all) * 100).rounded()
    if part > 0, points == 0 { return "under 1 %" }
    if part < all, points == 100 { return "over 99 %" }
    return "\(Int(points)) %"
  }

  static func percent(_ share: Double) -> String { "\(exact(threeDigits(share * 100))) %" }

  static func threeDigits(
    _ value: Double, _ rule: FloatingPointRoundingRule = .toNearestOrAwayFromZero
  ) -> Double {
    guard value != 0, value.isFinite else { return value }
    let scale = pow(10, 2 - floor(log10(abs(value))))
    return scale.isFinite ? rounded(value * scale, rule) / scale : value
  }

  private static func exact(_ value: Double) -> String { String(format: "%.10g", value) }

  private static func thousands(_ value: Double) -> String {
    let digits = String(format: "%.0f", abs(value))
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return value < 0 ? "-" + text : text
  }
}

extension Instant {
  var seconds: Double { Double(nanoseconds) / 1e9 }
}
