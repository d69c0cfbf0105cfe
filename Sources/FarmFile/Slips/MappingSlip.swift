/// Keys that are none because of a blank, a dash or a comma: `{port:80}`, `-port: 80`, `{duration: 1,5 s}`.
///
/// YAML reads them as other keys, and each would be reported twice: as a key that nobody knows, and as what is
/// missed instead.
struct MappingSlip {
  /// What a mapping may hold; `nil` where names are the operator's.
  var valid: [String]?
  var log: ProblemLog

  /// The entries as they were most likely meant, after reporting each that is mended.
  func mended(_ entries: [YAMLEntry]) -> [YAMLEntry] {
    var mended: [YAMLEntry] = []
    for entry in entries {
      if valid?.contains(entry.key) ?? false {
        mended.append(entry)
      } else if let previous = mended.last, let whole = commaSplit(previous, entry) {
        mended[mended.count - 1].value.content = .scalar(whole, isQuoted: false)
      } else {
        mended.append(colon(entry) ?? dash(entry) ?? entry)
      }
    }
    return mended
  }

  /// Reports a single value that is a key and a value without a blank between them. - Returns: whether it is.
  func isColonSlip(_ node: YAMLNode) -> Bool {
    guard case .scalar(let text, isQuoted: false) = node.content, let (key, rest) = split(text) else {
      return false
    }
    report(node.place, key, rest)
    return true
  }

  /// `port:80` for `port: 80`.
  private func colon(_ entry: YAMLEntry) -> YAMLEntry? {
    guard let (key, rest) = split(entry.key), entry.value.isNull || valid != nil else { return nil }
    report(entry.place, key, entry.value.isNull ? rest : "...")
    guard entry.value.isNull else {
      return YAMLEntry(key: key, place: entry.place, value: entry.value.nothing)
    }
    let value = YAMLNode(place: entry.place, content: .scalar(rest, isQuoted: false))
    return YAMLEntry(key: key, place: entry.place, value: value)
  }

  private func report(_ place: Place, _ key: String, _ rest: String) {
    log.add(place, "no blank after the colon of '\(key)'", expected: "'\(key): \(rest)'")
  }

  /// The key and the value around a colon without a blank. Where any name may stand, a number must follow.
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

  /// A number that its comma has cut in two.
  private func commaSplit(_ previous: YAMLEntry, _ entry: YAMLEntry) -> String? {
    guard entry.value.isNull, entry.key.first.map({ $0.isASCII && $0.isNumber }) ?? false,
      case .scalar(let number, isQuoted: false) = previous.value.content, !number.isEmpty,
      number.allSatisfy({ $0.isASCII && $0.isNumber }),
      let slip = QuantitySlip.find(in: "\(number),\(entry.key)", kind: nil)
    else { return nil }
    log.add(previous.value.place, slip.message, expected: slip.expected)
    return String(slip.expected.dropFirst().prefix { $0 != "'" })
  }
}

extension YAMLNode {
  /// No value, where this one stands.
  fileprivate var nothing: YAMLNode { YAMLNode(place: place, content: .scalar("", isQuoted: false)) }
}
