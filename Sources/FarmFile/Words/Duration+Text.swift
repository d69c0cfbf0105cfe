import Engine

extension Duration {
  @inlinable package var seconds: Double { Double(nanoseconds) / 1e9 }

  /// In the largest unit in which it is whole: `550 ms`, `2 h`.
  public var text: String {
    let long = [(Int64(3_600_000_000_000), "h"), (60_000_000_000, "min")]
    guard nanoseconds != 0, let (size, unit) = long.first(where: { nanoseconds % $0.0 == 0 }) else {
      return exactText
    }
    return "\(nanoseconds / size) \(unit)"
  }

  /// As files are compared, in the largest of s, ms and us in which it is whole: `300 s`.
  public var exactText: String {
    if nanoseconds == 0 { return "0 s" }
    for (unit, size) in [("s", Int64(1_000_000_000)), ("ms", 1_000_000), ("us", 1000)]
    where nanoseconds % size == 0 {
      return "\(nanoseconds / size) \(unit)"
    }
    return "\(nanoseconds) ns"
  }

  /// To the second, in at most two units: `45 s`, `5 min 40 s`, `1 h 12 min`.
  package var longText: String {
    let seconds = (nanoseconds + 500_000_000) / 1_000_000_000
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
    default: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
  }
}
