/// A value given beside the file: `--set farm.heartbeat.interval='50 ms'`.
public struct Override: Sendable, Hashable {
  /// Keys from the top, joined by dots; a list's entry is its position from 0: `faults.0.at`.
  public var path: String
  /// Any YAML value.
  public var value: String
  /// Whether it adds what the file does not have, as `--set +faults='{at: 5 s, crash: node1}'`. Without it a value is
  /// changed, and no node, network, group or entry of a list comes into being.
  public var isAddition: Bool

  public init(path: String, value: String, isAddition: Bool = false) {
    self.path = path
    self.value = value
    self.isAddition = isAddition
  }

  /// Reads `path=value` or `+path=value`; `nil` without an equals sign or with no path before it.
  public init?(parsing text: String) {
    let isAddition = text.hasPrefix("+")
    let text = text.dropFirst(isAddition ? 1 : 0)
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
    self.init(
      path: String(text[..<equals]), value: String(text[text.index(after: equals)...]), isAddition: isAddition
    )
  }

  /// As it is written after `--set`.
  public var text: String { "\(shownPath)=\(value)" }

  /// The path as messages show it.
  var shownPath: String { (isAddition ? "+" : "") + path }
}
