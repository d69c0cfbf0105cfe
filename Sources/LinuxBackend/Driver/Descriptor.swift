import Glibc

/// A file descriptor with one owner. It is closed with its owner and only then, also where an initialiser gives up
/// halfway: a number that is closed twice may by then be somebody else's file.
package struct Descriptor: ~Copyable, Sendable {
  /// As the kernel's calls take it; below 0 if there is none.
  package let number: Int32

  package init(owning number: Int32) { self.number = number }

  deinit { if number >= 0 { close(number) } }

  /// Reads until the buffer is full or the file ends. - Returns: how many bytes; -1 with `errno` if it cannot be read.
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
