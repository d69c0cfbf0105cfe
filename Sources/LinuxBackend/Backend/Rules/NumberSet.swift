import Engine
import FarmFile

/// The values that a field is compared with, as ranges of numbers.
struct NumberSet {
  /// `nil` if some of the values cannot be read.
  private let ranges: [ClosedRange<UInt128>]?

  init(_ value: Any) { ranges = Self.ranges(value) }

  /// Whether all numbers of a range are in it.
  /// - Parameter wanted: `nil` for any number at all.
  func holds(_ wanted: ClosedRange<UInt128>?) -> PacketSort.Answer {
    guard let ranges, let wanted else { return .maybe }
    if ranges.contains(where: { $0.contains(wanted.lowerBound) && $0.contains(wanted.upperBound) }) {
      return .yes
    }
    return ranges.contains { $0.overlaps(wanted) } ? .maybe : .no
  }

  private static func ranges(_ value: Any) -> [ClosedRange<UInt128>]? {
    if let number = number(value) { return [number...number] }
    guard let object = value as? [String: Any] else { return nil }
    if let ends = object["range"] as? [Any], ends.count == 2, let first = number(ends[0]),
      let last = number(ends[1]), first <= last
    {
      return [first...last]
    }
    if let prefix = object["prefix"] as? [String: Any], let length = prefix["len"] as? Int,
      let address = (prefix["addr"] as? String).flatMap(IPAddress.init(parsing:)), (0...128).contains(length)
    {
      let bits = address.isIPv4 ? 32 : 128
      let rest: UInt128 = length >= bits ? 0 : UInt128.max >> UInt128(128 - bits + length)
      let first = address.number & ~rest
      return [first...(first | rest)]
    }
    guard let list = object["set"] as? [Any] else { return nil }
    var all: [ClosedRange<UInt128>] = []
    for item in list {
      // An element may have a comment or a time-out of its own.
      let plain = ((item as? [String: Any])?["elem"] as? [String: Any])?["val"] ?? item
      guard let ranges = ranges(plain) else { return nil }
      all += ranges
    }
    return all
  }

  private static func number(_ value: Any) -> UInt128? {
    if let number = value as? Int { return number >= 0 ? UInt128(number) : nil }
    return (value as? String).flatMap(IPAddress.init(parsing:)).map(\.number)
  }
}

extension IPAddress {
  var number: UInt128 { UInt128(high) << 64 | UInt128(low) }
}
