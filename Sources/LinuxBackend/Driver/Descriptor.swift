import Glibc

/// A file descriptor with one owner. It is closed exactly once, with its owner, even where an initialiser fails
/// halfway: a number that is closed twice may by then belong to another file.
package struct Descriptor: ~Copyable, Sendable {
  /// The number for system calls; negative if there is none.
  package let number: Int32

  package init(owning number: Int32) { self.number = number }

  deinit { if number >= 0 { close(number) } }

  /// Reads until the buffer is full or the file ends.
  /// - Returns: how many bytes; -1, with `errno`, if it cannot be read.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    while count < buffer.count {
      let part = Glibc.read(number, buffer.baseAddress! + count, buffer.count - count)
      if part == 0 { break }
      if part > 0 { count += part } else if errno != EINTR { return -1 }
    }
    return count
  }
}
