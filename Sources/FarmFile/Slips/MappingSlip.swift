/// Wrong keys that come of a blank, a dash, a comma or brackets: `{port:80}`, `-port: 80`, `{duration: 1,5 s}`,
/// `{port: 80, 443}`.
///
/// YAML reads them as other keys. Each would be reported twice, as an unknown key and as a missing one. So each is
/// reported once, as the slip that it is, and mended: the rest of the mapping is then read as it was most likely meant.
struct MappingSlip {
  /// The keys that the mapping may have; `nil` if the operator chooses them.
  var valid: [String]?
  var log: ProblemLog

  /// The entries as they were most likely meant. Reports each that it mends.
  func mended(_ entries: [YAMLEntry]) -> [YAMLEntry] {
    var mended: [YAMLEntry] = []
    for entry in entries {
      if valid?.contains(entry.key) ?? false {
        mended.append(entry)
      } else if let previous = mended.last, let whole = commaSplit(previous, entry) {
        mended[mended.count - 1].value.content = .scalar(whole, isQuoted: false)
      } else if let previous = mended.last, let list = openList(previous, entry) {
        mended[mended.count - 1].value.content = list
      } else {
        mended.append(colon(entry) ?? dash(entry) ?? entry)
      }
    }
    return mended
  }

  /// Reports a single value that is a key and a value with no blank between them. - Returns: whether it is one.
  func isColonSlip(_ node: YAMLNode) -> Bool {
    guard case .scalar(let text, isQuoted: false) = node.content, let (key, rest) = split(text) else {
      return false
    }
    report(node.place, key, rest)
    return true
  }

  /// `port:80` for `port: 80`.
  private func colon(_ entry: YAMLEntry) -> YAMLEntry? {
    if let mended = missing(entry) { return mended }
    guard let (key, rest) = split(entry.key), entry.value.isNull || valid != nil else { return nil }
    report(entry.place, key, entry.value.isNull ? rest : "...")
    guard entry.value.isNull else {
      return YAMLEntry(key: key, place: entry.place, value: entry.value.nothing)
    }
    let value = YAMLNode(place: entry.place, content: .scalar(rest, isQuoted: false))
    return YAMLEntry(key: key, place: entry.place, value: value)
  }

  /// `crash node2` for `crash: node2`, and `duration {exponential: 5 s}` for `duration: {exponential: 5 s}`.
  private func missing(_ entry: YAMLEntry) -> YAMLEntry? {
    guard let valid, let blank = entry.key.firstIndex(of: " ") else { return nil }
    let (key, rest) = (String(entry.key[..<blank]), entry.key[blank...].drop { $0 == " " })
    guard valid.contains(key), let first = rest.first, entry.value.isNull || first == "{" || first == "["
    else {
      return nil
    }
    log.add(
      entry.place, "no colon after '\(key)'",
      expected: "'\(key): \(entry.value.isNull ? rest : rest.prefix(1) + "...")'")
    let content =
      entry.value.isNull
      ? YAMLNode.Content.scalar(String(rest), isQuoted: false) : .scalar("", isQuoted: false)
    return YAMLEntry(key: key, place: entry.place, value: YAMLNode(place: entry.place, content: content))
  }

  private func report(_ place: Place, _ key: String, _ rest: String) {
    log.add(place, "no blank after the colon of '\(key)'", expected: "'\(key): \(rest)'")
  }

  /// The key and the value around a colon without a blank. Where any name may stand, the value must be a number.
  private func split(_ text: String) -> (key: String, rest: String)? {
    guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else { return nil }
    let (key, rest) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
    guard let first = rest.first, !rest.contains(":") || valid != nil else { return nil }
    return valid?.contains(key) ?? (first.isNumber && Quantity(rest) != nil) ? (key, rest) : nil
  }

  /// `-port: 80` and `– port: 80` for `- port: 80`.
  private func dash(_ entry: YAMLEntry) -> YAMLEntry? {
    guard let valid, let first = entry.key.first, "-–—".contains(first) else { return nil }
    let key = entry.key.dropFirst().drop { $0 == " " }
    guard valid.contains(String(key)) else { return nil }
    log.add(
      entry.place,
      first == "-" ? "no blank after '-' in '\(entry.key)'" : "'\(first)' is not the '-' of a list",
      expected: "'- \(key): ...'")
    return YAMLEntry(key: String(key), place: entry.place, value: entry.value)
  }

  /// A number that was cut in two at its comma.
  private func commaSplit(_ previous: YAMLEntry, _ entry: YAMLEntry) -> String? {
    guard entry.value.isNull, entry.key.first.map({ $0.isASCII && $0.isNumber }) ?? false,
      case .scalar(let number, isQuoted: false) = previous.value.content, !number.isEmpty,
      // Only the comma is between them.
      distance(previous, entry) == number.unicodeScalars.count + 1,
      number.allSatisfy({ $0.isASCII && $0.isNumber }),
      let slip = QuantitySlip.find(in: "\(number),\(entry.key)", kind: nil)
    else { return nil }
    log.add(previous.value.place, slip.message, expected: slip.expected)
    return String(slip.expected.dropFirst().prefix { $0 != "'" })
  }

  /// A list without brackets, whose second value YAML takes for a key: `{crash: node1, node2}`.
  private func openList(_ previous: YAMLEntry, _ entry: YAMLEntry) -> YAMLNode.Content? {
    guard let valid, valid.contains(previous.key), entry.value.isNull, distance(previous, entry) != nil,
      log.nearest(to: entry.key, among: valid) == nil, split(entry.key) == nil, missing(entry) == nil
    else { return nil }
    var items: [YAMLNode]
    switch previous.value.content {
    case .scalar(_, isQuoted: false): items = [previous.value]
    case .list(let list): items = list
    default: return nil
    }
    if case .scalar(let first, _) = previous.value.content {
      log.add(
        previous.value.place, "values of '\(previous.key)' without brackets",
        expected: "'[\(first), \(entry.key), ...]'")
    }
    items.append(YAMLNode(place: entry.place, content: .scalar(entry.key, isQuoted: false)))
    return .list(items)
  }

  /// How many columns behind the start of the value before it a key begins; `nil` if they are not on one line.
  private func distance(_ previous: YAMLEntry, _ entry: YAMLEntry) -> Int? {
    switch (previous.value.place, entry.place) {
    case (.position(let line, let a), .position(let other, let b)): line == other ? b - a : nil
    case (.included(_, let line, let a), .included(_, let other, let b)): line == other ? b - a : nil
    default: nil
    }
  }
}

extension YAMLNode {
  /// A missing value in the place of this one.
  fileprivate var nothing: YAMLNode { YAMLNode(place: place, content: .scalar("", isQuoted: false)) }
}
