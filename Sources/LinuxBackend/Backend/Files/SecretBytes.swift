import Glibc

/// Secret bytes in one place in memory: they are never copied by growing, and they are overwritten before the memory is
/// freed.
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
