import Crypto
import Foundation

extension KeyFile {
  /// Writes a fresh key of 32 random bytes as hexadecimal digits to a new file that only its owner can read.
  /// - Throws: ``KeyFileError/cannotCreate(_:reason:)``, also where there is a file already: a farm's key is never
  ///   overwritten.
  public static func create(_ path: String) throws(KeyFileError) {
    let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    var text = ""
    for byte in bytes { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    // Exclusive, so that neither a file nor a link that is there already is followed.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let reason =
        errno == EEXIST
        ? "there is a file already; a key is never overwritten" : String(cString: strerror(errno))
      throw .cannotCreate(path, reason: reason)
    }
    defer { close(descriptor) }
    let line = Array((text + "\n").utf8)
    guard write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(path)
      throw .cannotCreate(path, reason: reason)
    }
  }
}
