import Engine
import FarmFile

extension AddressShare {
  /// The most entries of a scenario. It only bounds a list; nobody writes so many.
  static let most = 50_000
  static let header = "address,weight"

  /// Reads `[203.0.113.5: 40 %, 198.51.100.0/28: 40 %]`, or the path of a CSV file with weights.
  static func list(_ reader: YAMLReader) -> [AddressShare] {
    if !reader.isMapping && !reader.isList { return table(reader) }
    var found: [AddressShare] = []
    var known: Set<AddressShare> = []
    for item in reader.itemsOrSelf(atMost: most) {
      let expected = "addresses or networks with shares, such as '203.0.113.5: 40 %'"
      for entry in item.entries(expected: expected) ?? [] {
        let share = entry.value.share()
        guard let block = AddressShare(parsing: entry.key) else {
          reader.log.add(
            entry.place, "'\(entry.key)' is not an address or a network",
            expected: "203.0.113.5, 198.51.100.0/28, \"2001:db8::/56\"")
          continue
        }
        if let refusal = AddressUse.client.refusal(of: block.first) {
          reader.log.add(entry.place, refusal.why, expected: refusal.expected)
        }
        if !known.insert(block).inserted { reader.log.add(entry.place, "'\(entry.key)' is listed twice") }
        if let share {
          found.append(AddressShare(first: block.first, hostBits: block.hostBits, share: share))
        }
      }
    }
    if case .list([]) = reader.node.content {
      reader.report("no addresses", expected: "at least one, or no 'addresses'")
    }
    let sum = found.reduce(0) { $0 + $1.share }
    // Shares are decimal fractions: ten tenths do not add up to exactly one.
    if sum > 1 + 1e-9 {
      reader.report("shares of \(PlainNumber.percent(sum)) together", expected: "at most 100 %")
    }
    return found
  }

  /// Reads `203.0.113.5` or `198.51.100.0/28`, whose host part is zero; `nil` for anything else.
  private init?(parsing text: String) {
    // Links and logs write IPv6 addresses in brackets.
    let text = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let address = IPAddress(parsing: String(parts[0])) else {
      return nil
    }
    let width = address.isIPv4 ? 32 : 128
    guard let length = parts.count == 1 ? width : Int(parts[1]), (1...width).contains(length) else {
      return nil
    }
    self.init(first: address, hostBits: width - length, share: 0)
    guard contains(address) else { return nil }
  }

  /// Reads a CSV file: each line has an address or network, and its weight. A share is a weight divided by the sum.
  private static func table(_ reader: YAMLReader) -> [AddressShare] {
    guard let text = reader.text(expected: "addresses with shares, or the path of a CSV file") else {
      return []
    }
    let file = reader.file(text)
    let inner = ProblemLog(file: file)
    guard let content = TextFile.read(path: file, log: inner) else {
      for problem in inner.problems {
        reader.report("cannot read '\(text)': \(file): \(problem.message)", expected: problem.expected)
      }
      return []
    }
    let found = rows(content, log: inner)
    reader.log.take(inner)
    let sum = found.reduce(0) { $0 + $1.share }
    return found.map { AddressShare(first: $0.first, hostBits: $0.hostBits, share: $0.share / sum) }
  }

  /// The rows of a CSV file, with weights in place of shares.
  private static func rows(_ content: String, log: ProblemLog) -> [AddressShare] {
    var found: [AddressShare] = []
    var lines = content.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
    if lines.first?.hasPrefix("\u{feff}") == true { lines[0].removeFirst() }
    let top = lines.firstIndex { !ListLine(firstLine: $0.utf8).isBlank($0.utf8) } ?? 0
    let first = lines.isEmpty ? "" : lines[top]
    let shape = ListLine(firstLine: first.utf8)
    let titles = shape.fields(first.utf8)?.map { $0.lowercased() }
    guard titles?.joined(separator: ",") == header else {
      log.add(
        .position(line: top + 1, column: 1), "'\(first)' is not the header", expected: "'\(header)'")
      return []
    }
    var known: [AddressShare: Int] = [:]
    for (i, line) in lines.enumerated().dropFirst(top + 1) where !shape.isBlank(line.utf8) {
      guard let fields = shape.fields(line.utf8) else {
        log.add(
          .position(line: i + 1, column: 1), "quotes that do not match", expected: "\"...\" around a field")
        continue
      }
      guard let block = AddressShare(parsing: fields[0]) else {
        log.add(
          .position(line: i + 1, column: 1), "'\(fields[0])' is not an address or a network",
          expected: "203.0.113.5 or 198.51.100.0/28")
        continue
      }
      if let refusal = AddressUse.client.refusal(of: block.first) {
        log.add(.position(line: i + 1, column: 1), refusal.why, expected: refusal.expected)
        continue
      }
      if let first = known.updateValue(i + 1, forKey: block) {
        log.add(.position(line: i + 1, column: 1), "'\(fields[0])' is listed twice; first on line \(first)")
        continue
      }
      guard fields.count == 2, let weight = Double(fields[1]), weight > 0, weight.isFinite else {
        let seen = fields.dropFirst().joined(separator: ",")
        let slip = QuantitySlip.find(in: seen, kind: .number)
        log.add(
          .position(line: i + 1, column: fields[0].count + 2), slip?.message ?? "'\(seen)' is not a weight",
          expected: slip?.expected ?? "a number above 0")
        continue
      }
      found.append(AddressShare(first: block.first, hostBits: block.hostBits, share: weight))
    }
    if found.isEmpty, log.isEmpty {
      log.add(.position(line: 1, column: 1), "no addresses", expected: "a line for each below '\(header)'")
    }
    return found
  }
}
