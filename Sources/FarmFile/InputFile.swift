import Foundation

/// A file of the operator's that is open for reading, or why it cannot be.
public struct InputFile {
  public let handle: FileHandle

  /// Why a file cannot be read: `no such file`, `a folder`, `cannot be read: Permission denied`.
  public struct Unreadable: Error {
    public let reason: String
  }

  /// - Parameter path: `-` for standard input.
  public init(path: String) throws(Unreadable) {
    if path == "-" {
      handle = .standardInput
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw Unreadable(
        reason: code == ENOENT ? "no such file" : "cannot be read: \(String(cString: strerror(code)))")
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      throw Unreadable(reason: "a folder, not a file")
    }
  }
}
