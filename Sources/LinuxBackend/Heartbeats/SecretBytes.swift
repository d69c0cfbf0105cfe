import Glibc

/// Bytes that nobody else is to see, in one place in memory and never copied by growing; they are overwritten before
/// the place is given back.
struct SecretBytes: ~Copyable {
  /// Zeros at first.
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) {
    bytes = .allocate(byteCount: count, alignment: 16)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    explicit_bzero(bytes.baseAddress!, bytes.count)
    bytes.deallocate()
  }
}
