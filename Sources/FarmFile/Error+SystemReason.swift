import Foundation

extension Error {
  /// Why the system refused something: `Not a directory`, where Foundation says that an operation could not
  /// be completed.
  package var systemReason: String {
    var error: any Error = self
    while let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error { error = cause }
    guard let code = (error as? POSIXError)?.code else { return localizedDescription }
    return String(cString: strerror(code.rawValue))
  }
}
