/// Units as other programs write them, and ours.
enum ForeignUnits {
  /// What a unit most likely means, as a factor for the number and our unit; empty for an unknown one.
  /// - Parameter unit: without blanks.
  static func ours(_ unit: String, _ kind: QuantitySlip.Kind) -> [(factor: Double, unit: String)] {
    // Case matters: `M` is a million, and `m` is no unit of ours.
    if kind == .count, unit == "m" { return [(1, "M")] }
    if kind == .count, unit == "K" { return [(1, "k")] }
    let word = unit.lowercased()
    switch kind {
    case .time:
      return times[word].map { [(1, $0)] } ?? longTimes[word].map { [($0, "h")] } ?? minute[word] ?? []
    case .rate: return rates[word] ?? []
    case .share: return shares[word] ?? []
    case .count: return counts[word].map { [(1, $0)] } ?? []
    case .number: return []
    }
  }

  /// A minute or a millisecond: it can mean either.
  private static let minute: [String: [(factor: Double, unit: String)]] = ["m": [(1, "min"), (1, "ms")]]

  private static let times: [String: String] = [
    "nsec": "ns", "nanosecond": "ns", "nanoseconds": "ns", "usec": "us", "microsecond": "us",
    "microseconds": "us", "ms": "ms", "msec": "ms", "msecs": "ms", "millis": "ms", "millisecond": "ms",
    "milliseconds": "ms", "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "mn": "min",
    "min": "min", "mins": "min", "minute": "min", "minutes": "min", "h": "h", "hr": "h", "hrs": "h",
    "hour": "h", "hours": "h",
  ]
  private static let longTimes: [String: Double] = [
    "d": 24, "day": 24, "days": 24, "w": 168, "week": 168, "weeks": 168,
  ]
  private static let rates: [String: [(factor: Double, unit: String)]] = [
    "/sec": [(1, "/s")], "/second": [(1, "/s")], "persecond": [(1, "/s")], "hz": [(1, "/s")],
    "rps": [(1, "/s")], "qps": [(1, "/s")], "cps": [(1, "/s")], "req/s": [(1, "/s")],
    "requests/s": [(1, "/s")], "conn/s": [(1, "/s")], "connections/s": [(1, "/s")], "flows/s": [(1, "/s")],
    "k/s": [(1, "k/s")], "m/s": [(1, "M/s")], "/ms": [(1000, "/s")], "/m": [(1, "/min")],
    "/minute": [(1, "/min")],
    "perminute": [(1, "/min")], "/hour": [(1, "/h")], "/hr": [(1, "/h")], "perhour": [(1, "/h")],
    "/d": [(1 / 24.0, "/h")], "/day": [(1 / 24.0, "/h")],
  ]
  private static let shares: [String: [(factor: Double, unit: String)]] = [
    "percent": [(1, "%")], "pct": [(1, "%")], "‰": [(0.1, "%")],
  ]
  private static let counts: [String: String] = [
    "thousand": "k", "tsd": "k", "million": "M", "mio": "M", "mln": "M",
  ]
}
