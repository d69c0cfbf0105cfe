import Engine

/// Asks a value of a document for what it should be, and reports what it is instead.
///
/// Every question answers `nil` after it has reported a problem. The caller goes on with a default, so that all
/// problems of a document are reported at once.
/// all problems of a document come out at once.
/// ```swift
/// let keys = document.keys(of: FarmSection.heartbeat)
/// let interval = keys?["interval"]?.duration(in: .milliseconds(1) ... .seconds(60))
/// ```
public struct YAMLReader {
  public let node: YAMLNode
  /// The value's key, for messages.
  public let name: String
  public let log: ProblemLog

  public init(_ node: YAMLNode, name: String, log: ProblemLog) {
    self.node = node
    self.name = name
    self.log = log
  }

  /// Reports something about this value.
  public func report(_ message: String, expected: String? = nil, nearest: String? = nil) {
    if case .scalar(let text, isQuoted: false) = node.content, let first = text.first,
      "“”„«‘’‚".contains(first)
    {
      log.add(node.place, "'\(text)' has the quotes of a word processor", expected: "\" or ', or none")
      return
    }
    log.add(node.place, message, expected: expected, nearest: nearest)
  }

  /// The text of a single value. Reports lists, mappings and a missing value.
  public func text(expected: String) -> String? {
    guard case .scalar(let text, _) = node.content, !node.isNull else {
      report("'\(name)' is \(node.shape)", expected: expected)
      return nil
    }
    return text
  }

  /// What an unquoted single value with commas should be as a list: `'[a, b]'`; `nil` for any other value.
  public func bracketed() -> String? {
    guard case .scalar(let text, isQuoted: false) = node.content, text.contains(",") else { return nil }
    let parts = text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
    return parts.count > 1 ? "'[\(parts.joined(separator: ", "))]' for a list" : nil
  }

  /// The values of a list. A single value or a mapping counts as a list of one.
  /// - Parameter limit: a longer list is reported and cut, so that comparing its values stays cheap.
  public func itemsOrSelf(atMost limit: Int) -> [YAMLReader] {
    guard case .list(let items) = node.content else { return [self] }
    if items.count > limit {
      report("'\(name)' has \(PlainNumber.count(items.count, "entry"))", expected: "at most \(limit)")
    }
    return items.prefix(limit).map { YAMLReader($0, name: name, log: log) }
  }

  /// The values of a list. Reports anything else.
  public func items(expected: String) -> [YAMLReader]? {
    guard case .list(let items) = node.content else {
      report("'\(name)' is \(node.shape)", expected: expected)
      return nil
    }
    return items.map { YAMLReader($0, name: name, log: log) }
  }

  /// The entries of a mapping whose keys the operator chooses. Reports anything else.
  public func entries(expected: String) -> [(key: String, place: Place, value: YAMLReader)]? {
    guard case .mapping(let entries) = node.content else {
      if !MappingSlip(valid: nil, log: log).isColonSlip(node) {
        report("'\(name)' is \(node.shape)", expected: expected)
      }
      return nil
    }
    return MappingSlip(valid: nil, log: log).mended(entries).map {
      ($0.key, $0.place, YAMLReader($0.value, name: $0.key, log: log))
    }
  }

  public var isMapping: Bool { if case .mapping = node.content { true } else { false } }
  public var isList: Bool { if case .list = node.content { true } else { false } }

  /// The keys of a mapping. Reports each that its section does not have.
  public func keys<Section: KeySection>(of section: Section) -> YAMLKeys? {
    let slips = MappingSlip(valid: section.keys, log: log)
    guard case .mapping(let written) = node.content else {
      if !slips.isColonSlip(node) {
        report("'\(name)' is \(node.shape)", expected: "a mapping with \(listed(section.keys))")
      }
      return nil
    }
    let entries = slips.mended(written)
    for entry in entries where !section.keys.contains(entry.key) {
      let nearest = log.nearest(to: entry.key, among: section.keys)
      log.add(
        entry.place, "unknown key '\(entry.key)'",
        expected: nearest == nil
          ? MisplacedKey.hint(entry.key, in: section) ?? listed(section.keys) : nil, nearest: nearest)
    }
    return YAMLKeys(reader: self, entries: entries, valid: section.keys)
  }

  /// Names in a sentence: `a, b or c`.
  func listed(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }

  /// The two values of a list of two. Reports anything else.
  public func pair(expected: String) -> (YAMLReader, YAMLReader)? {
    guard let items = items(expected: expected) else { return nil }
    guard items.count == 2 else {
      if reportCommas(items) { return nil }
      report("'\(name)' has \(PlainNumber.count(items.count, "value"))", expected: expected)
      return nil
    }
    return (items[0], items[1])
  }

  /// Reports the numbers of a list that a decimal comma has cut in two, if the list has two values without the cuts.
  private func reportCommas(_ items: [YAMLReader]) -> Bool {
    var (i, count) = (0, 0)
    var found: [(item: YAMLReader, slip: QuantitySlip)] = []
    while i < items.count {
      count += 1
      if i + 1 < items.count, let slip = items[i].commaSlip(before: items[i + 1]) {
        found.append((items[i], slip))
        i += 1
      }
      i += 1
    }
    guard count == 2, !found.isEmpty else { return false }
    for (item, slip) in found { item.report(slip.message, expected: slip.expected) }
    return true
  }

  private func commaSlip(before next: YAMLReader) -> QuantitySlip? {
    guard case .scalar(let whole, isQuoted: false) = node.content,
      case .scalar(let rest, isQuoted: false) = next.node.content, !whole.isEmpty,
      whole.allSatisfy({ $0.isASCII && $0.isNumber }), rest.first.map({ $0.isASCII && $0.isNumber }) ?? false
    else { return nil }
    return QuantitySlip.find(in: "\(whole),\(rest)", kind: nil)
  }
}
