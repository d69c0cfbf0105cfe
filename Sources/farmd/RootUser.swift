import Commands
import Foundation

/// The user who may change the kernel's packet filter.
enum RootUser {
  /// - Throws: ``ExitReason/unavailable`` after one line on standard error, if this process runs as another user.
  static func require() throws {
    guard geteuid() == 0 else {
      throw ExitReason.unavailable.refusing("farmd needs root: it keeps the kernel's packet filter")
    }
  }
}
