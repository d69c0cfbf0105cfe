import Foundation

/// A file of the operator that is open for reading, or why it cannot be.
///
/// Pipes and terminals can be read as well, as in `farmsim run <(generate)`. Devices are refused, since they may never
/// end, and so is a pipe that nobody writes to.
public struct InputFile {
  public let handle: FileHandle

  /// Why a file cannot be read: `no such file`, `a folder, not a file`, `cannot be read: Permission denied`.
  public struct Unreadable: Error {
    public let reason: String
  }

  /// - Parameter path: `-` for standard input.
  public init(path: String) throws(Unreadable) {
    if path == "-" {
      handle = .standardInput
    } else {
      handle = FileHandle(fileDescriptor: try Self.open(path), closeOnDealloc: true)
    }
    try Self.check(handle.fileDescriptor, path)
  }

  /// Whether a path leads to a file on a disk, or to nothing at all.
  public static func isFileOrMissing(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  private static func open(_ path: String) throws(Unreadable) -> Int32 {
    var status = stat()
    let isThere = stat(path, &status) == 0
    switch status.st_mode & S_IFMT {
    case S_IFIFO where isThere: return try openPipe(path)
    case S_IFSOCK where isThere: throw Unreadable(reason: "a socket, not a file")
    default: break
    }
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw refused(errno, path) }
    return descriptor
  }

  private static func openPipe(_ path: String) throws(Unreadable) -> Int32 {
    guard let opened = PipeOpening(path: path).wait(seconds: FileLimits.pipeSeconds) else {
      throw Unreadable(reason: "a pipe that nobody writes to")
    }
    guard opened.descriptor >= 0 else { throw refused(opened.code, path) }
    return opened.descriptor
  }

  private static func check(_ descriptor: Int32, _ path: String) throws(Unreadable) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw refused(errno, path) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw Unreadable(reason: "a folder, not a file")
    case S_IFBLK: throw Unreadable(reason: "a device, not a file")
    case S_IFCHR where isatty(descriptor) == 0 && !isNull(status):
      throw Unreadable(reason: "a device, not a file")
    default: break
    }
  }

  /// Whether it is `/dev/null`, which is empty.
  private static func isNull(_ status: stat) -> Bool {
    var null = stat()
    return stat("/dev/null", &null) == 0 && null.st_rdev == status.st_rdev
  }

  private static func refused(_ code: Int32, _ path: String) -> Unreadable {
    guard code == ENOENT else {
      return Unreadable(reason: "cannot be read: \(SystemReason(code).text)")
    }
    // A name of other bytes arrives here with this character in it, and then names no file.
    return Unreadable(
      reason: path.contains("\u{fffd}")
        ? "a name that is not UTF-8; rename the file, or give it on standard input as -" : "no such file")
  }
}
