/// A value of a YAML document and where it stands, with aliases written out.
///
/// It deliberately knows no types: whether `100` is a count or a name is for the ``YAMLReader`` that asks.
public struct YAMLNode: Sendable, Hashable {
  public var place: Place
  public var content: Content

  public indirect enum Content: Sendable, Hashable {
    case scalar(String, isQuoted: Bool)
    case list([YAMLNode])
    case mapping([YAMLEntry])
  }

  public init(place: Place, content: Content) {
    self.place = place
    self.content = content
  }

  /// Whether nothing was written: `key:`, `~` or `null`.
  public var isNull: Bool {
    guard case .scalar(let text, isQuoted: false) = content else { return false }
    return text.isEmpty || text == "~" || text == "null"
  }

  /// What it is, for messages.
  var shape: String {
    switch content {
    case .scalar: isNull ? "nothing" : "a single value"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// A key and its value.
public struct YAMLEntry: Sendable, Hashable {
  public var key: String
  public var place: Place
  public var value: YAMLNode

  public init(key: String, place: Place, value: YAMLNode) {
    self.key = key
    self.place = place
    self.value = value
  }
}
