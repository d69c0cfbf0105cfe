import FarmFile
import Foundation

/// Unix domain sockets with a name in the file system.
enum UnixSocket {
  /// A socket that listens at a path and that only this user may open.
  ///
  /// It gets its name only when it has its permissions and listens. So other users can never connect, and the socket
  /// never refuses its own user.
  static func listening(at path: String, backlog: Int32) throws(ControlError) -> Int32 {
    try clear(path)
    let unready = path + "~"
    unlink(unready)
    guard let address = address(unready) else {
      throw .cannotListen(path: path, reason: "the path is longer than \(longestPath - 1) bytes")
    }
    let descriptor = open(SOCK_STREAM)
    // `link` fails where another daemon has been faster; a rename would replace that daemon's socket.
    guard descriptor >= 0, fchmod(descriptor, 0o600) == 0, call(address, { bind(descriptor, $0, $1) }) == 0,
      listen(descriptor, backlog) == 0, link(unready, path) == 0
    else {
      let reason = SystemReason(errno)
      if descriptor >= 0 { close(descriptor) }
      unlink(unready)
      throw reason.code == EEXIST ? .inUse(path: path) : .cannotListen(path: path, reason: reason.text)
    }
    unlink(unready)
    return descriptor
  }

  /// A socket that is connected to a path, or the reason why there is none.
  static func connected(to path: String) -> Result<Int32, SystemReason> {
    guard let address = address(path) else { return .failure(SystemReason(ENAMETOOLONG)) }
    let descriptor = open(SOCK_STREAM)
    guard descriptor >= 0, call(address, { connect(descriptor, $0, $1) }) == 0 else {
      let reason = SystemReason(errno)
      if descriptor >= 0 { close(descriptor) }
      return .failure(reason)
    }
    return .success(descriptor)
  }

  /// `MSG_NOSIGNAL` and `MSG_DONTWAIT`. The C library defines them as macros of enumerations, which Swift sees or not
  /// depending on which headers are read first.
  static let noSignal: Int32 = 0x4000
  static let noWait: Int32 = 0x40

  static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// The kernel's form of a path; `nil` if it is too long. A leading `@` stands for the abstract namespace.
  static func address(_ path: String) -> (sockaddr_un, socklen_t)? {
    var bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count <= longestPath, !bytes.contains(0) else { return nil }
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    // An abstract name ends with its length, a path with a zero.
    let length = MemoryLayout.offset(of: \sockaddr_un.sun_path)! + bytes.count + (bytes[0] == 0 ? 0 : 1)
    return (address, socklen_t(length))
  }

  static func call(
    _ address: (sockaddr_un, socklen_t), _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    withUnsafePointer(to: address.0) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, address.1) }
    }
  }

  /// A socket that child processes do not inherit.
  static func open(_ type: __socket_type) -> Int32 {
    socket(AF_UNIX, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  /// Removes a socket that no daemon listens on any more.
  private static func clear(_ path: String) throws(ControlError) {
    guard let old = FileIdentity(path: path) else { return }
    guard old.isSocket else { throw .cannotListen(path: path, reason: "a file that is no socket is there") }
    switch connected(to: path) {
    case .success(let descriptor):
      close(descriptor)
      throw .inUse(path: path)
    case .failure(let reason):
      guard reason.code == ECONNREFUSED else { throw .cannotListen(path: path, reason: reason.text) }
      unlink(path)
    }
  }
}

/// The file that a path names at this moment, whatever the path names later.
struct FileIdentity: Sendable, Hashable {
  private var device: UInt64
  private var inode: UInt64
  var isSocket: Bool

  /// `nil` if there is no such file.
  init?(path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    isSocket = status.st_mode & S_IFMT == S_IFSOCK
  }
}
