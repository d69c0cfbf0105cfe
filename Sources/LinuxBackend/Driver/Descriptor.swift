import Glibc

/// A file descriptor with one owner. It is closed with its owner and only then, also where an initialiser gives up
/// halfway: a number that is closed twice may by then be somebody else's file.
package struct Descriptor: ~Copyable, Sendable {
  /// As the kernel's calls take it; below 0 if there is none.
  package let number: Int32

  package init(owning number: Int32) { self.number = number }

  deinit { if number >= 0 { close(number) } }
}
