/// What a backend looks at in a datagram before it spends a keyed hash on it: whether it can be a heartbeat at all, of
/// which farm, and where its authentication begins.
///
/// It does not check the rest: ``HeartbeatReader`` does, after the authentication has been checked.
public struct HeartbeatEnvelope: Sendable, Hashable {
  public let farmID: UInt32
  /// The id that the datagram gives for its sender, unchecked.
  public let sender: UInt8
  /// The digest of the sender's configuration in force.
  public let configuration: Digest
  /// Bytes of the heartbeat; those after it are the authentication.
  public let declaredLength: Int

  /// The fewest bytes of a heartbeat.
  public static let minimumLength = HeartbeatFormat.headerBytes

  /// Reads the first bytes of a datagram; `nil` if no heartbeat of this version begins with them, or if the declared
  /// length is more than the bytes.
  public init?(_ bytes: UnsafeRawBufferPointer) {
    typealias Format = HeartbeatFormat
    guard bytes.count >= Format.headerBytes else { return nil }
    let first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self).bigEndian
    guard first == UInt32(Format.magic) << 16 | UInt32(Format.version) << 8 | UInt32(Format.heartbeatKind)
    else { return nil }
    declaredLength = Int(bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self).bigEndian)
    guard declaredLength >= Format.headerBytes, declaredLength <= bytes.count else { return nil }
    sender = bytes[6]
    farmID = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self).bigEndian
    configuration = Digest(rawValue: bytes.loadUnaligned(fromByteOffset: 56, as: UInt64.self).bigEndian)
  }
}
