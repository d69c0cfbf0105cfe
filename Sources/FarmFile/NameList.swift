/// The names that a file defines for one kind of thing, and the look-up of references to them.
public struct NameList: Sendable {
  /// The kind of thing, in the singular: `node`.
  public let kind: String
  public let names: [String]
  /// Whether the names could all be read. If not, an unknown name is not reported again.
  public let isComplete: Bool

  public init(kind: String, names: [String], isComplete: Bool = true) {
    self.kind = kind
    self.names = names
    self.isComplete = isComplete
  }

  /// The position of the name that a value holds. Reports an unknown name with the nearest one.
  public func index(_ reader: YAMLReader) -> Int? {
    guard let text = reader.text(expected: "the name of a \(kind)") else { return nil }
    if let list = reader.bracketed(), !names.contains(text) {
      reader.report("'\(text)' is not the name of a \(kind)", expected: list)
      return nil
    }
    return index(of: text, at: reader.node.place, log: reader.log)
  }

  /// The position of a name. Reports an unknown name with the nearest one.
  public func index(of name: String, at place: Place, log: ProblemLog) -> Int? {
    if let index = names.firstIndex(of: name) { return index }
    guard isComplete else { return nil }
    let nearest = log.nearest(to: name, among: names)
    let shown =
      names.count > 8 ? names.prefix(8).joined(separator: ", ") + ", ..." : names.joined(separator: ", ")
    log.add(
      place, "unknown \(kind) '\(name)'", expected: nearest == nil ? "one of \(shown)" : nil, nearest: nearest
    )
    return nil
  }
}
