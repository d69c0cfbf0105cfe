import Crypto
import Engine

/// The keyed hash at the end of every heartbeat: HMAC-SHA256 over all bytes before it, 32 bytes.
///
/// It says that a datagram was made by a holder of the farm's key, and nothing more: that it is not an old one is
/// for the engine, whose incarnations and sequences never fall. A relayed datagram keeps the trailer of its
/// origin, since all nodes hold the same key.
public struct Authenticator: Sendable {
  /// Bytes of the trailer.
  public static let trailerBytes = Limits.authenticationBytes

  private let current: HMAC<SHA256>
  private let currentKey: SymmetricKey
  private let previousKey: SymmetricKey?

  /// - Parameters:
  ///   - key: what sent datagrams carry.
  ///   - previous: a second key that is accepted, so that keys can be rotated node by node.
  public init(key: SymmetricKey, previous: SymmetricKey? = nil) {
    currentKey = key
    previousKey = previous
    current = HMAC<SHA256>(key: key)
  }

  /// Appends the trailer to a heartbeat.
  public func seal(_ datagram: inout [UInt8]) {
    // The keyed state is made once: copying it saves half of a short datagram's hashing.
    var hash = current
    hash.update(data: datagram)
    datagram.append(contentsOf: hash.finalize())
  }

  /// Whether the last bytes are the trailer of those before, under either key. Takes the same time wherever they
  /// differ.
  public func isAuthentic(_ datagram: UnsafeRawBufferPointer) -> Bool {
    let length = datagram.count - Authenticator.trailerBytes
    guard length >= 0 else { return false }
    let content = UnsafeRawBufferPointer(rebasing: datagram[..<length])
    let trailer = UnsafeRawBufferPointer(rebasing: datagram[length...])
    if HMAC<SHA256>.isValidAuthenticationCode(trailer, authenticating: content, using: currentKey) {
      return true
    }
    guard let previousKey else { return false }
    return HMAC<SHA256>.isValidAuthenticationCode(trailer, authenticating: content, using: previousKey)
  }
}
