/// One contradiction in a farm's settings: where, what is there and what would be right.
public struct SettingsProblem: Sendable, Hashable {
  public let path: SettingsPath
  /// What the settings say, for example `1 ms`.
  public let seen: String
  /// What is possible there, for example `5 ms to 60 s`.
  public let expected: String

  public init(path: SettingsPath, seen: String, expected: String) {
    self.path = path
    self.seen = seen
    self.expected = expected
  }

  /// One sentence without the path, which a reader of files replaces by line and column.
  public var text: String { "is \(seen), expected \(expected)" }
}

extension [SettingsProblem] {
  /// Adds a problem unless a condition holds.
  mutating func require(
    _ holds: Bool, _ path: SettingsPath, seen: @autoclosure () -> String,
    expected: @autoclosure () -> String
  ) {
    if !holds { append(SettingsProblem(path: path, seen: seen(), expected: expected())) }
  }

  /// Adds a problem unless a number is in a range. - Returns: whether it is.
  @discardableResult
  mutating func require(_ value: Int, in range: ClosedRange<Int>, _ path: SettingsPath) -> Bool {
    let holds = range.contains(value)
    require(holds, path, seen: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
    return holds
  }

  /// Adds a problem unless a length of time is in a range. - Returns: whether it is.
  @discardableResult
  mutating func require(
    _ value: Duration, in range: ClosedRange<Duration>, _ path: SettingsPath
  ) -> Bool {
    let holds = range.contains(value)
    require(
      holds, path, seen: value.unitText,
      expected: "\(range.lowerBound.unitText) to \(range.upperBound.unitText)")
    return holds
  }
}

extension Duration {
  /// The value in the largest unit that leaves it whole: `1500 ms`, `2 s`.
  var unitText: String {
    let n = nanoseconds
    if n % 1_000_000_000 == 0 { return "\(n / 1_000_000_000) s" }
    if n % 1_000_000 == 0 { return "\(n / 1_000_000) ms" }
    if n % 1000 == 0 { return "\(n / 1000) us" }
    return "\(n) ns"
  }
}
