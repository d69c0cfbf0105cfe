import Engine

/// An address and a port to listen on.
public struct SocketEndpoint: Sendable, Hashable {
  public var address: IPAddress
  public var port: UInt16

  public init(address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Reads `127.0.0.1:9477` or `[::1]:9477`; `nil` for anything else.
  public init?(parsing text: String) {
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { return nil }
    var host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = host.dropFirst().dropLast() }
    guard let address = IPAddress(parsing: String(host)), address.isIPv4 != isBracketed else { return nil }
    self.init(address: address, port: port)
  }

  /// As a file writes it.
  public var text: String { address.isIPv4 ? "\(address.text):\(port)" : "[\(address.text)]:\(port)" }
}
