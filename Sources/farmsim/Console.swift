import Foundation

/// Standard output and standard error, as a person or a script sees them.
enum Console {
  /// One line to standard error. What cannot be said there cannot be said at all.
  static func complain(_ line: String) { try? write(Array((line + "\n").utf8), to: STDERR_FILENO) }

  /// Text to standard output, as it is. - Throws: ``ExitReason/cannotWrite``.
  static func write(_ text: String) throws { try write(Array(text.utf8), to: STDOUT_FILENO) }

  /// All bytes, or an error: a full disk must not pass for a good run.
  static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let n = Foundation.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        if n > 0 {
          done += n
        } else if errno != EINTR {
          if descriptor != STDERR_FILENO {
            complain("error: cannot write the output: \(String(cString: strerror(errno)))")
          }
          throw ExitReason.cannotWrite.exit
        }
      }
    }
  }

  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static var errorHasColour: Bool { hasColour(STDERR_FILENO) }
  static var outputHasColour: Bool { hasColour(STDOUT_FILENO) }

  /// Only a terminal that can, and only unless the operator said no: <https://no-color.org>.
  private static func hasColour(_ descriptor: Int32) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    return isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// Columns of the terminal on standard error; 80 where it does not say.
  static var errorWidth: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
