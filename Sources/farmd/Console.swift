import ArgumentParser
import Foundation

/// Standard output and standard error, as a person or a script sees them.
enum Console {
  /// One line to standard error. What cannot be said there cannot be said at all.
  static func complain(_ line: String) { _ = write(Array((line + "\n").utf8), to: STDERR_FILENO) }

  /// Says why, and gives the exit code to throw.
  static func refused(_ line: String, _ reason: ExitReason) -> ExitCode {
    complain("Error: " + line)
    return reason.exit
  }

  /// Text to standard output, as it is. - Throws: ``ExitReason/cannotWrite``.
  static func write(_ text: String) throws {
    guard write(Array(text.utf8), to: STDOUT_FILENO) else {
      throw refused("cannot write the output: \(String(cString: strerror(errno)))", .cannotWrite)
    }
  }

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether all bytes were written.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
    }
    return true
  }
}
