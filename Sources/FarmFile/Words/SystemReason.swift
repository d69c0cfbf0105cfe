import Foundation

/// Why the system refused something, in the C library's words: `Not a directory`.
package struct SystemReason: Error, Hashable {
  package var code: Int32

  /// - Parameter code: a value of `errno`.
  package init(_ code: Int32) { self.code = code }

  package var text: String { String(cString: strerror(code)) }
}

extension Error {
  /// The same for an error of Foundation, which says of itself only that an operation could not be completed.
  package var systemReason: String {
    var error: any Error = self
    while let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error { error = cause }
    guard let code = (error as? POSIXError)?.code else { return localizedDescription }
    return SystemReason(code.rawValue).text
  }
}
