import Engine
import FarmFile

/// An address and port that only this machine can reach: `127.0.0.1:9477`, `[::1]:9477`.
public struct LoopbackAddress: Sendable, Hashable {
  public let address: IPAddress
  /// 1 to 65535.
  public let port: UInt16

  /// - Returns: `nil` unless the address belongs to this machine alone.
  public init?(_ address: IPAddress, port: UInt16) {
    let isLoopback = address.isIPv4 ? address.low >> 24 == 127 : address.high == 0 && address.low == 1
    guard isLoopback else { return nil }
    (self.address, self.port) = (address, port)
  }

  /// Reads what the operator wrote; `nil` for anything else.
  public init?(_ text: String) {
    guard let client = Client(text), client.hasPort else { return nil }
    self.init(client.address, port: client.port)
  }

  public var text: String { address.isIPv4 ? "\(address.text):\(port)" : "[\(address.text)]:\(port)" }
}
