import Crypto
import FarmFile
import Foundation

extension KeyFile {
  /// Writes a fresh key of 32 random bytes as hexadecimal digits to a new file that only its owner can read.
  /// - Throws: ``KeyFileError/cannotCreate(_:reason:)``, also if there is a file already: a farm's key is never
  ///   overwritten.
  public static func create(_ path: String) throws(KeyFileError) {
    let digits = Array("0123456789abcdef".utf8)
    let line = SecretBytes(count: 65)
    SymmetricKey(size: .bits256).withUnsafeBytes { key in
      for (i, byte) in key.enumerated() {
        line.bytes[2 * i] = digits[Int(byte >> 4)]
        line.bytes[2 * i + 1] = digits[Int(byte & 15)]
      }
    }
    line.bytes[64] = UInt8(ascii: "\n")
    // Exclusive, so that it follows no link and overwrites no file.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let reason =
        errno == EEXIST
        ? "there is a file already; a key is never overwritten" : SystemReason(errno).text
      throw .cannotCreate(path, reason: reason)
    }
    defer { close(descriptor) }
    guard write(descriptor, line.bytes.baseAddress, line.bytes.count) == line.bytes.count,
      fsync(descriptor) == 0
    else {
      let reason = SystemReason(errno).text
      unlink(path)
      throw .cannotCreate(path, reason: reason)
    }
  }
}
