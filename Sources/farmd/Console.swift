import Foundation

/// Standard error, as a person or a service manager sees it.
enum Console {
  /// One line to standard error. What cannot be said there cannot be said at all.
  static func complain(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
