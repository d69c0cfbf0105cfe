import Foundation

/// Who may write a file that tells root what to do: nobody but root and the user who reads it, as with the key.
///
/// It checks the open file and not the path, which could change in between.
struct FileGuard {
  /// What is wrong with it; `nil` if nothing is.
  let fault: (found: String, expected: String)?

  init(descriptor: Int32, path: String) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      fault = (
        "cannot be looked at: \(SystemReason(errno).text)", "a file that only its owner may write"
      )
      return
    }
    if status.st_uid != 0, status.st_uid != geteuid() {
      fault = ("belongs to user \(status.st_uid)", "root, or the user that runs farmd")
    } else if status.st_mode & 0o022 != 0 {
      let mode = "0" + String(status.st_mode & 0o777, radix: 8)
      fault = ("mode is \(mode), so others than its owner can write it", "0644 or less: chmod go-w \(path)")
    } else {
      fault = nil
    }
  }
}
