import FarmFile
import Foundation

/// A small file that is replaced as a whole: a reader sees the old content or the new one, also after a power failure.
struct StateFile: Sendable {
  let path: String

  /// More bytes than any daemon writes.
  private static let most = 64 << 20

  /// The content; `nil` if there is no such file.
  /// - Throws: ``DriverError/cannotWrite(_:)`` if it cannot be read: then it could not be replaced either.
  func read() throws(DriverError) -> [UInt8]? {
    let file = Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
    if file.number < 0 {
      if errno == ENOENT { return nil }
      throw failure("read")
    }
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while content.count <= StateFile.most {
      let count = piece.withUnsafeMutableBytes { file.read(into: $0) }
      if count < 0 { throw failure("read") }
      content += piece[..<count]
      if count < piece.count { return content }
    }
    errno = EFBIG
    throw failure("read")
  }

  /// Replaces the content.
  /// - Parameter isDurable: whether it is on the disk when the call returns.
  func write(_ bytes: [UInt8], isDurable: Bool) throws(DriverError) {
    let new = path + ".new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor < 0 { throw failure("write") }
    let isWritten = StateFile.write(bytes, to: descriptor) && (!isDurable || fsync(descriptor) == 0)
    let reason = errno
    close(descriptor)
    if !isWritten || rename(new, path) != 0 {
      if !isWritten { errno = reason }
      let error = failure("write")
      unlink(new)
      throw error
    }
    if !isDurable { return }
    // The new name is on the disk only once its folder is.
    let folder = open(PathText.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  func remove() { unlink(path) }

  /// - Returns: whether all bytes were written.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Creates a folder and those above it, if missing.
  static func makeFolder(_ path: String) throws(DriverError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    } catch {
      throw .cannotWrite("\(path): cannot be made: \(error.systemReason)")
    }
  }

  private func failure(_ deed: String) -> DriverError {
    let reason = SystemReason(errno).text
    return .cannotWrite("\(path): cannot \(deed): \(reason)")
  }
}
