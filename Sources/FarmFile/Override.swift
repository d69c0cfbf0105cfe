/// A value given beside the file: `--set farm.heartbeat.interval=50 ms`.
public struct Override: Sendable, Hashable {
  /// Keys from the top, joined by dots; a list's entry is its position from 0: `faults.0.at`.
  public var path: String
  /// Any YAML value.
  public var value: String

  public init(path: String, value: String) {
    self.path = path
    self.value = value
  }

  /// Reads `path=value`; `nil` without an equals sign or with nothing before it.
  public init?(parsing text: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
    self.init(path: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
  }
}
