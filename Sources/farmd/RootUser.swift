import Commands
import Foundation

/// Who may change the kernel's packet filter.
enum RootUser {
  /// - Throws: ``ExitReason/unavailable`` after one line on standard error, if it is not this process' user.
  static func require() throws {
    guard geteuid() == 0 else {
      throw ExitReason.unavailable.refusing("farmd needs root: it keeps the kernel's packet filter")
    }
  }
}
