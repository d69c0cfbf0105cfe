import Dispatch
import Glibc

/// A file descriptor with one owner. It is closed exactly once, with its owner, even where an initialiser fails
/// halfway: a number that is closed twice may by then belong to another file.
package struct Descriptor: ~Copyable, Sendable {
  /// The number for system calls; negative if there is none.
  package let number: Int32
  private let closesAside: Bool

  /// Closes what its owner must not wait for.
  static let aside = DispatchQueue(label: "closing")

  /// - Parameter closesAside: whether another thread closes it, a little later. For files whose close waits for the
  ///   kernel: no event loop may stand still for that long.
  package init(owning number: Int32, closesAside: Bool = false) {
    self.number = number
    self.closesAside = closesAside
  }

  deinit {
    guard number >= 0 else { return }
    guard closesAside else {
      close(number)
      return
    }
    let number = number
    Self.aside.async { close(number) }
  }

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
