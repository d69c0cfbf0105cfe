import Engine

/// A client by its address and its own port.
public struct Client: Sendable {
  public var address: IPAddress
  /// 0 if none was given.
  public var port: UInt16
  public var hasPort = true

  public init(address: IPAddress, port: UInt16) {
    (self.address, self.port) = (address, port)
  }

  /// Reads `192.0.2.7`, `192.0.2.7:443`, `2001:db8::7` or `[2001:db8::7]:443`; `nil` for anything else.
  public init?(_ text: String) {
    var (host, port) = (Substring(text), Substring?.none)
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<close]
      let rest = text[text.index(after: close)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      if !rest.isEmpty { port = rest.dropFirst() }
    } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
      (host, port) = (text[..<colon], text[text.index(after: colon)...])
    }
    guard let address = Self.address(String(host)), text.hasPrefix("[") ? host.contains(":") : true else {
      return nil
    }
    self.address = address
    if let port {
      guard port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt16(port) else { return nil }
      self.port = number
    } else {
      (self.port, hasPort) = (0, false)
    }
  }

  /// An address as people and logs write it. A server that speaks both protocols logs `::ffff:192.0.2.7` for a packet
  /// from 192.0.2.7.
  public static func address(_ text: String) -> IPAddress? {
    IPAddress(parsing: text).map { $0.mappedIPv4 ?? $0 }
  }
}
