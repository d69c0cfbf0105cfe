import Crypto
import Foundation

/// A file with the farm's key: at least 32 random bytes, as hexadecimal digits or in base64, that nobody but its
/// owner can read.
public enum KeyFile {
  /// The fewest bytes of a key: as many as the hash has.
  public static let minimumBytes = 32
  /// No key file is longer.
  private static let maximumFileBytes = 4096

  /// Reads a key.
  /// - Throws: ``KeyFileError`` with one line for the operator.
  public static func read(_ path: String) throws(KeyFileError) -> SymmetricKey {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    // The open file is looked at, not the path: they could change in between.
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      throw .unreadable(path, reason: String(cString: strerror(errno)))
    }
    guard information.st_mode & S_IFMT == S_IFREG else { throw .noFile(path) }
    guard information.st_mode & 0o077 == 0 else { throw .exposed(path, mode: information.st_mode & 0o777) }
    guard information.st_uid == 0 || information.st_uid == geteuid() else {
      throw .foreignOwner(path, owner: information.st_uid)
    }
    var bytes = [UInt8](repeating: 0, count: maximumFileBytes + 1)
    var count = 0
    while count < bytes.count {
      let room = bytes.count - count
      let n = bytes.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress! + count, room) }
      if n < 0, errno == EINTR { continue }
      guard n >= 0 else { throw .unreadable(path, reason: String(cString: strerror(errno))) }
      if n == 0 { break }
      count += n
    }
    guard count <= maximumFileBytes, let key = decode(bytes[..<count]) else { throw .noKey(path) }
    guard key.count >= minimumBytes else { throw .short(path, bytes: key.count) }
    guard Set(key).count > 1 else { throw .constant(path) }
    return SymmetricKey(data: key)
  }

  /// The bytes that hexadecimal digits or base64 stand for; blanks and line ends around and between do not count.
  static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let letters = text.filter { !($0 == 32 || 9...13 ~= $0) }
    if let bytes = hexadecimal(letters) { return bytes }
    return Data(base64Encoded: Data(letters)).map(Array.init)
  }

  private static func hexadecimal(_ letters: [UInt8]) -> [UInt8]? {
    guard letters.count % 2 == 0, !letters.isEmpty else { return nil }
    var bytes: [UInt8] = []
    for i in stride(from: 0, to: letters.count, by: 2) {
      guard let high = Character(UnicodeScalar(letters[i])).hexDigitValue,
        let low = Character(UnicodeScalar(letters[i + 1])).hexDigitValue
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
