import Engine

/// What a node tells the others beside its heartbeats, for people alone: no node decides anything by it.
///
/// It is sent where heartbeats are sent, with the same trailer. An older daemon drops it as malformed.
struct NodeNote: Sendable, Hashable {
  enum Content: Sendable, Hashable {
    /// A piece of the keys of a configuration with this digest, see ``FarmFile/FileKeys/bytes``.
    case keys(of: Digest, part: Int, parts: Int, bytes: [UInt8])
    /// How much longer the sender holds nodes down.
    case holds([Hold])
    /// The bytes of the sender's longest datagram, trailer included. The note is short, so it may get through where
    /// that datagram does not.
    case longest(bytes: Int)
  }

  struct Hold: Sendable, Hashable {
    var node: NodeID
    var left: Duration
  }

  var farmID: UInt32
  /// The sender.
  var node: NodeID
  var content: Content

  /// "farm", and the version of this layout.
  private static let magic: UInt64 = 0x6661_726d_4e4f_0001
  private static let headerBytes = 8 + 4 + 1 + 1
  /// The most bytes that fit beside the headers.
  private static let pieceBytes = Limits.maximumDatagramBytes - headerBytes - 8 - 2 - 2
  /// The most pieces of one configuration; no useful file comes near it.
  static let maximumParts = 512

  init(farmID: UInt32, node: NodeID, content: Content) {
    (self.farmID, self.node, self.content) = (farmID, node, content)
  }

  /// A configuration's keys in as many notes as they need; none if that is more than ``maximumParts``.
  static func notes(of keys: [UInt8], digest: Digest, farmID: UInt32, node: NodeID) -> [NodeNote] {
    let parts = max(1, (keys.count + pieceBytes - 1) / pieceBytes)
    guard parts <= maximumParts else { return [] }
    return (0..<parts).map { part in
      let piece = keys[min(part * pieceBytes, keys.count)..<min((part + 1) * pieceBytes, keys.count)]
      return NodeNote(
        farmID: farmID, node: node,
        content: .keys(of: digest, part: part, parts: parts, bytes: Array(piece)))
    }
  }

  /// All integers are big-endian.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func put(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.bigEndian) { bytes += $0 } }
    put(Self.magic)
    put(farmID)
    put(node.rawValue)
    switch content {
    case .keys(let digest, let part, let parts, let piece):
      put(UInt8(1))
      put(digest.rawValue)
      put(UInt16(part))
      put(UInt16(parts))
      bytes += piece
    case .holds(let holds):
      put(UInt8(2))
      put(UInt8(holds.count))
      for hold in holds {
        put(hold.node.rawValue)
        put(UInt32(clamping: max(0, hold.left.nanoseconds) / 1_000_000))
      }
    case .longest(let length):
      put(UInt8(3))
      put(UInt16(clamping: length))
    }
    return bytes
  }

  /// Whether a datagram may be a note. It is cheap, so it is checked first.
  static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= headerBytes && bytes.loadUnaligned(as: UInt64.self).bigEndian == magic
  }

  /// Reads a note without its trailer; `nil` if it is none.
  init?(_ bytes: some Collection<UInt8>) {
    var rest = bytes[...]
    func take<Value: FixedWidthInteger>(_: Value.Type) -> Value? {
      guard rest.count >= MemoryLayout<Value>.size else { return nil }
      let taken = rest.prefix(MemoryLayout<Value>.size)
      rest = rest.dropFirst(MemoryLayout<Value>.size)
      return taken.reduce(0) { $0 << 8 | Value($1) }
    }
    func node() -> NodeID? { take(UInt8.self).flatMap { $0 < Limits.maximumNodes ? NodeID(Int($0)) : nil } }
    guard take(UInt64.self) == Self.magic, let farm = take(UInt32.self), let sender = node(),
      let kind = take(UInt8.self)
    else { return nil }
    switch kind {
    case 1:
      guard let digest = take(UInt64.self), let part = take(UInt16.self), let parts = take(UInt16.self),
        digest != 0, part < parts, parts <= Self.maximumParts
      else { return nil }
      content = .keys(of: Digest(rawValue: digest), part: Int(part), parts: Int(parts), bytes: Array(rest))
    case 2:
      guard let count = take(UInt8.self) else { return nil }
      var holds: [Hold] = []
      for _ in 0..<count {
        guard let held = node(), let left = take(UInt32.self) else { return nil }
        holds.append(Hold(node: held, left: .milliseconds(Int(left))))
      }
      content = .holds(holds)
    case 3:
      guard let length = take(UInt16.self) else { return nil }
      content = .longest(bytes: Int(length))
    default: return nil
    }
    (farmID, self.node) = (farm, sender)
  }
}
