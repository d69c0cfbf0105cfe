import FarmFile
import Foundation

/// Standard output and standard error, as a person or a script sees them.
public enum Console {
  /// Writes one line or several to standard error, without characters that a terminal would obey: the text may quote a
  /// file. A failure is ignored, since there is no other place to report it.
  public static func complain(_ line: String) { draw(PlainText.lines(line) + "\n") }

  /// Writes text to standard error as it is.
  public static func draw(_ text: String) { _ = put(Array(text.utf8), to: STDERR_FILENO) }

  /// Writes text to standard output as it is. - Throws: ``ExitReason/cannotWrite``.
  public static func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Writes all bytes to standard output. A full disk must not pass for success.
  /// - Throws: ``ExitReason/cannotWrite``, after a line that says why.
  public static func write(_ bytes: [UInt8]) throws {
    guard put(bytes, to: STDOUT_FILENO) else {
      let reason = SystemReason(errno).text
      throw ExitReason.cannotWrite.saying("error: cannot write the output: \(reason)")
    }
  }

  public static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  public static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  public static var errorHasColour: Bool { hasColour(STDERR_FILENO) }
  public static var outputHasColour: Bool { hasColour(STDOUT_FILENO) }

  /// Columns of the terminal on standard error; 80 if it does not say.
  public static var errorWidth: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Only a terminal with colours has them, unless the operator turns them off: <https://no-color.org>.
  private static func hasColour(_ descriptor: Int32) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    return isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// Whether all bytes were written. If not, `errno` says why.
  private static func put(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Foundation.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        if count > 0 { done += count } else if errno != EINTR { return false }
      }
      return true
    }
  }
}
