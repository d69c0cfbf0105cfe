import Crypto
import Engine

/// The keyed hash at the end of every heartbeat: HMAC-SHA256 over all bytes before it, 32 bytes.
///
/// It proves that a holder of the farm's key made the datagram, and nothing more. The engine detects old datagrams, by
/// incarnations and sequences that never fall. A relayed datagram keeps the trailer of its origin, since all nodes hold
/// the same key.
public struct Authenticator: Sendable {
  /// Bytes of the trailer.
  public static let trailerBytes = Limits.authenticationBytes

  /// Tells keys apart without revealing them: the first 32 bits of a hash that only holders of the key can make. Never
  /// 0.
  public let fingerprint: UInt32
  /// The second key's fingerprint; 0 without one.
  public let previousFingerprint: UInt32

  /// Both of them.
  public var fingerprints: (own: UInt32, previous: UInt32) { (fingerprint, previousFingerprint) }

  /// The fingerprints of the keys that are accepted.
  var keys: Set<UInt32> { Set([fingerprint, previousFingerprint].filter { $0 != 0 }) }

  private let current: HMAC<SHA256>
  private let currentKey: SymmetricKey
  private let previousKey: SymmetricKey?

  /// - Parameters:
  ///   - key: seals the datagrams that are sent.
  ///   - previous: a second key that is accepted, so that keys can be rotated node by node.
  public init(key: SymmetricKey, previous: SymmetricKey? = nil) {
    currentKey = key
    previousKey = previous
    current = HMAC<SHA256>(key: key)
    fingerprint = Authenticator.fingerprint(of: key)
    previousFingerprint = previous.map(Authenticator.fingerprint) ?? 0
  }

  private static func fingerprint(of key: SymmetricKey) -> UInt32 {
    let hash = HMAC<SHA256>.authenticationCode(for: Array("farmd key fingerprint".utf8), using: key)
    return max(1, hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// Eight hexadecimal digits, as the log shows a fingerprint.
  public static func text(_ fingerprint: UInt32) -> String {
    let digits = String(fingerprint, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Appends the trailer to a heartbeat.
  public func seal(_ datagram: inout [UInt8]) {
    // The keyed state is made once: copying it saves half of the hashing of a short datagram.
    var hash = current
    hash.update(data: datagram)
    datagram.append(contentsOf: hash.finalize())
  }

  /// Whether the last bytes are the trailer of those before, by either key. The time does not depend on where they
  /// differ.
  public func isAuthentic(_ datagram: UnsafeRawBufferPointer) -> Bool { key(of: datagram) != nil }

  /// The fingerprint of the key that made the trailer; `nil` if neither did.
  public func key(of datagram: UnsafeRawBufferPointer) -> UInt32? {
    let length = datagram.count - Authenticator.trailerBytes
    guard length >= 0 else { return nil }
    let content = UnsafeRawBufferPointer(rebasing: datagram[..<length])
    let trailer = UnsafeRawBufferPointer(rebasing: datagram[length...])
    if HMAC<SHA256>.isValidAuthenticationCode(trailer, authenticating: content, using: currentKey) {
      return fingerprint
    }
    guard let previousKey else { return nil }
    let isPrevious = HMAC<SHA256>.isValidAuthenticationCode(
      trailer, authenticating: content, using: previousKey)
    return isPrevious ? previousFingerprint : nil
  }
}

extension DriverSetup {
  /// Reads the key files.
  func authenticator() throws(DriverError) -> Authenticator {
    do throws(KeyFileError) {
      let previous = try linux.previousKeyFile.map { path throws(KeyFileError) in try KeyFile.read(path) }
      return Authenticator(key: try KeyFile.read(linux.keyFile), previous: previous)
    } catch { throw .key(error) }
  }
}
