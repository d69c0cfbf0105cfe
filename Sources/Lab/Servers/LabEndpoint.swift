import Engine
import FarmFile

/// A place where a lab's server listens, and its protocol.
public struct LabEndpoint: Sendable, Hashable {
  /// The protocol.
  public enum Service: Sendable, Hashable {
    /// A greeting with the node's number, then an echo.
    case tcp
    /// The answer to a datagram is the node's number, followed by the datagram's own bytes.
    case udp
    /// The answer to a request is this status and nothing else: for checks.
    case http(status: Int)
  }

  public var service: Service
  public var address: IPAddress
  public var port: UInt16

  public init(_ service: Service, _ address: IPAddress, _ port: UInt16) {
    (self.service, self.address, self.port) = (service, address, port)
  }

  /// Reads what ``text`` writes; `nil` for anything else.
  public init?(parsing text: String) {
    let parts = text.split(separator: "/").map(String.init)
    guard parts.count >= 3, let address = IPAddress(parsing: parts[1]), let port = UInt16(parts[2]) else {
      return nil
    }
    switch (parts[0], parts.count) {
    case ("tcp", 3): self.init(.tcp, address, port)
    case ("udp", 3): self.init(.udp, address, port)
    case ("http", 4):
      guard let status = Int(parts[3]), 200...599 ~= status else { return nil }
      self.init(.http(status: status), address, port)
    default: return nil
    }
  }

  /// `tcp/192.0.2.100/80`, `http/127.0.0.1/80/200`.
  public var text: String {
    switch service {
    case .tcp: "tcp/\(address.text)/\(port)"
    case .udp: "udp/\(address.text)/\(port)"
    case .http(let status): "http/\(address.text)/\(port)/\(status)"
    }
  }

  var transport: Transport { service == .udp ? .udp : .tcp }
}
