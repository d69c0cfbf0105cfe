/// Big-endian numbers out of bytes at any offset, checked against the array's end.
extension [UInt8] {
  @inline(__always) func load8(at offset: Int) -> UInt8 { self[offset] }

  @inline(__always) func load16(at offset: Int) -> UInt16 { UInt16(bigEndian: load(at: offset)) }

  @inline(__always) func load32(at offset: Int) -> UInt32 { UInt32(bigEndian: load(at: offset)) }

  @inline(__always) func load64(at offset: Int) -> UInt64 { UInt64(bigEndian: load(at: offset)) }

  @inline(__always) private func load<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> T {
    precondition(offset >= 0 && offset <= count &- MemoryLayout<T>.size, "a read past the datagram")
    return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: T.self) }
  }
}

extension UnsafeRawBufferPointer {
  /// Checked in debug builds only: the caller has checked the range.
  @inline(__always) func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> T {
    T(bigEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Checked in debug builds only: the caller has checked the range.
  @inline(__always)
  func storeBigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
  }
}
