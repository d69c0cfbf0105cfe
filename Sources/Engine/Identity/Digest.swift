/// A 64-bit fingerprint of a value, built word by word (FNV-1a over 64-bit words, then mixed).
///
/// Equal values give equal digests on every node. It is a checksum, not cryptography.
public struct Digest: Sendable, Hashable, BitwiseCopyable {
  public var rawValue: UInt64

  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  public init() { rawValue = 0xcbf2_9ce4_8422_2325 }

  public mutating func combine(_ word: UInt64) {
    var x = (rawValue ^ word) &* 0x9e37_79b9_7f4a_7c15
    x ^= x >> 32
    rawValue = x &* 0x0000_0100_0000_01b3
  }
}
