import Engine

extension Probe {
  /// Reads what an entry of `checkers:` looks at, from the key of its kind.
  init?(_ kind: String, _ value: YAMLReader, _ keys: YAMLKeys) {
    switch kind {
    case "tcp":
      guard let (address, port) = value.socketAddress() else { return nil }
      self = .tcp(address, port: port)
    case "http":
      guard let probe = HTTPProbe(value, keys) else { return nil }
      self = .http(probe)
    case "ping":
      guard let address = value.address(for: .probe) else { return nil }
      self = .ping(address)
    case "interface":
      guard let name = value.word(atMost: 15, expected: "the name of a network interface, such as eth0")
      else {
        return nil
      }
      self = .interface(name)
    case "process":
      guard let name = value.word(atMost: 255, expected: "the name of a process, such as nginx") else {
        return nil
      }
      self = .process(name)
    case "command":
      guard let command = value.command() else { return nil }
      self = .command(command)
    default: preconditionFailure("a kind without a reader: \(kind)")
    }
  }

  /// The name of a checker without one in the file: `tcp 80`, `http 127.0.0.1:80/health`.
  var name: String {
    switch self {
    case .tcp(let address, let port): address == .loopback ? "tcp \(port)" : "tcp \(address.text(port: port))"
    case .http(let probe): "http \(probe.address.text(port: probe.port))\(probe.path)"
    case .ping(let address): "ping \(address.text)"
    case .interface(let name): "interface \(name)"
    case .process(let name): "process \(name)"
    case .command(let command): "command \(command.text.prefix(40))"
    }
  }
}

extension HTTPProbe {
  /// Reads `http://127.0.0.1:8080/health`, and `expect` and `host` beside it.
  fileprivate init?(_ value: YAMLReader, _ keys: YAMLKeys) {
    let expected = "a URL, such as \"http://127.0.0.1:80/health\""
    guard let url = value.text(expected: expected) else { return nil }
    if url.hasPrefix("https:") {
      value.report("'https' is not spoken here", expected: "'http', or a 'command' such as curl")
      return nil
    }
    guard url.hasPrefix("http://"), !url.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
      value.report("'\(url)' is not a URL", expected: expected)
      return nil
    }
    let rest = url.dropFirst(7)
    let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let authority = String(rest[..<slash])
    guard let (address, port) = YAMLReader.socketAddress(authority, port: 80) else {
      value.report(
        "'\(authority)' is not an address", expected: "an address or localhost, and a port if it is not 80")
      return nil
    }
    if let refusal = AddressUse.probe.refusal(of: address) {
      value.report(refusal.why, expected: refusal.expected)
    }
    let path = String(rest[slash...])
    var expect: [ClosedRange<Int>] = []
    for item in keys["expect"]?.itemsOrSelf(atMost: 64) ?? [] {
      guard let range = item.statuses() else { continue }
      if expect.contains(where: { $0.overlaps(range) }) { item.report("a status that is listed twice") }
      expect.append(range)
    }
    if let list = keys["expect"], case .list([]) = list.node.content {
      list.report("no status", expected: "at least one, or no 'expect' for 200-299")
    }
    self.init(
      address: address, port: port, path: path.hasPrefix("/") ? path : "/" + path,
      host: keys["host"]?.word(atMost: 255, expected: "a host name") ?? authority,
      expected: keys["expect"] == nil ? [200...299] : expect)
  }
}

extension YAMLReader {
  /// A name without blanks and slashes.
  fileprivate func word(atMost limit: Int, expected: String) -> String? {
    guard let text = text(expected: expected) else { return nil }
    let isWord = text.utf8.allSatisfy { $0 > 32 && $0 != 47 && $0 != 127 }
    if isWord, !text.isEmpty, text.utf8.count <= limit { return text }
    report("'\(text)' is no such name", expected: expected)
    return nil
  }

  /// `200`, or `200-399`.
  fileprivate func statuses() -> ClosedRange<Int>? {
    let expected = "a status, 100 to 599, or a range such as 200-399"
    guard let text = text(expected: expected) else { return nil }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
      Int($0.filter { $0 != " " })
    }
    guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last,
      100...599 ~= first, 100...599 ~= last
    else {
      report("'\(text)' is not a status", expected: expected)
      return nil
    }
    return first...last
  }

  /// `80`, `192.0.2.1:80` or `[2001:db8::1]:80`.
  fileprivate func socketAddress() -> (IPAddress, UInt16)? {
    let expected = "a port, or an address and a port, such as 192.0.2.1:80 or \"[2001:db8::1]:80\""
    guard let text = text(expected: expected) else { return nil }
    if let number = Int(text) ?? (text.utf8.allSatisfy { 48...57 ~= $0 } ? Int.max : nil) {
      if 1...65535 ~= number { return (.loopback, UInt16(number)) }
      report("'\(name)' is out of range: \(text)", expected: "1 to 65535")
      return nil
    }
    if let found = YAMLReader.socketAddress(text, port: nil) {
      guard let refusal = AddressUse.probe.refusal(of: found.0) else { return found }
      report(refusal.why, expected: refusal.expected)
      return nil
    }
    report("'\(text)' is not a port", expected: expected)
    return nil
  }

  /// - Parameter port: for a text without one; `nil` if the text must have one.
  fileprivate static func socketAddress(_ text: String, port: UInt16?) -> (IPAddress, UInt16)? {
    var host = Substring(text)
    var number = port
    if let colon = text.lastIndex(of: ":"), text.hasPrefix("[") ? text[..<colon].hasSuffix("]") : true,
      text.hasPrefix("[") || text.firstIndex(of: ":") == colon
    {
      guard let value = UInt16(text[text.index(after: colon)...]), value > 0 else { return nil }
      (host, number) = (text[..<colon], value)
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    let address = host == "localhost" ? IPAddress.loopback : IPAddress(parsing: String(host))
    guard let address, let number else { return nil }
    return (address, number)
  }
}

extension IPAddress {
  /// `127.0.0.1`.
  static let loopback = IPAddress(v4: 0x7f00_0001)

  /// `192.0.2.1:80`, `[2001:db8::1]:80`.
  public func text(port: UInt16) -> String { isIPv4 ? "\(text):\(port)" : "[\(text)]:\(port)" }
}
