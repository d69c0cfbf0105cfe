/// Bytes that little-endian numbers are added to.
struct LittleEndianBytes {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func append(_ more: [UInt8]) { bytes += more }

  mutating func append<T: FixedWidthInteger & UnsignedInteger>(_ number: T) {
    var rest = number
    for _ in 0..<T.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest = T(truncatingIfNeeded: UInt64(rest) >> 8)
    }
  }
}

/// Little-endian numbers out of bytes, checked against their end.
struct LittleEndianReader {
  private let bytes: [UInt8]
  private let start: Int

  /// - Parameter start: where offset 0 is.
  init(_ bytes: [UInt8], from start: Int) { (self.bytes, self.start) = (bytes, start) }

  func word16(at offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: word(at: offset, 2)) }
  func word32(at offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: word(at: offset, 4)) }
  func word64(at offset: Int) -> UInt64 { word(at: offset, 8) }

  private func word(at offset: Int, _ size: Int) -> UInt64 {
    var word: UInt64 = 0
    for i in 0..<size { word |= UInt64(bytes[start + offset + i]) << UInt64(8 * i) }
    return word
  }
}

extension [UInt8] {
  /// The bytes of a number in network order.
  init(bigEndian number: UInt32) {
    self = [24, 16, 8, 0].map { (shift: UInt32) in UInt8(truncatingIfNeeded: number >> shift) }
  }
}
