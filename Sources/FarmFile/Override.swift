/// A value given beside the file: `--set farm.heartbeat.interval='50 ms'`.
public struct Override: Sendable, Hashable {
  /// Keys from the top, joined by dots. An entry of a list goes by its position from 0: `faults.0.at`.
  public var path: String
  /// Any YAML value.
  public var value: String
  /// Whether it adds what the file does not have, as `--set +faults='{at: 5 s, crash: node1}'`. Without it a value is
  /// changed, and no node, network, group or entry of a list is created.
  public var isAddition: Bool

  public init(path: String, value: String, isAddition: Bool = false) {
    self.path = path
    self.value = value
    self.isAddition = isAddition
  }

  /// Reads `path=value` or `+path=value`.
  /// - Throws: one line that names the override as given and says what is wrong with it.
  public init(parsing text: String) throws(Complaint) {
    let isAddition = text.hasPrefix("+")
    let rest = text.dropFirst(isAddition ? 1 : 0)
    let written = PlainText.line(String(text.prefix(80)))
    guard let equals = rest.firstIndex(of: "=") else {
      throw Complaint("--set \(written): no '='; expected path=value, such as farm.profile=fast")
    }
    let (path, value) = (String(rest[..<equals]), String(rest[rest.index(after: equals)...]))
    let shown = "--set \(PlainText.line(String(text[..<equals].prefix(80))))"
    guard !path.isEmpty else {
      throw Complaint("--set \(written): no path before '='; expected path=value, such as farm.profile=fast")
    }
    let steps = path.split(separator: ".", omittingEmptySubsequences: false)
    guard !steps.contains("") else {
      throw Complaint("\(shown): not a path; expected keys joined by dots, such as farm.profile")
    }
    guard steps.count <= FileLimits.depth else {
      throw Complaint("\(shown): a path of \(steps.count) keys; expected at most \(FileLimits.depth)")
    }
    guard let first = value.first(where: { !$0.isWhitespace }) else {
      throw Complaint("\(shown): nothing after '='; expected a value, or null for what holds without the key")
    }
    guard first != "#" else {
      throw Complaint(
        "\(shown): a value that begins with '#'; expected it in quotes, inside those of the shell")
    }
    self.init(path: path, value: value, isAddition: isAddition)
  }

  /// The path for messages.
  var shownPath: String { (isAddition ? "+" : "") + path }
}
