import Crypto
import FarmFile
import Foundation

/// A file with the farm's key: at least 32 random bytes, as hexadecimal digits or in base64, that nobody but its owner
/// can read.
public enum KeyFile {
  /// The fewest bytes of a key: as many as the hash has.
  public static let minimumBytes = 32
  /// The longest key file that is accepted, in bytes.
  private static let maximumFileBytes = 4096

  /// Reads a key.
  /// - Throws: ``KeyFileError`` with one line for the operator.
  public static func read(_ path: String) throws(KeyFileError) -> SymmetricKey {
    let file = Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    guard file.number >= 0 else { throw .unreadable(path, reason: SystemReason(errno).text) }
    // The open file is checked rather than the path, which could change in between.
    var information = stat()
    guard fstat(file.number, &information) == 0 else {
      throw .unreadable(path, reason: SystemReason(errno).text)
    }
    guard information.st_mode & S_IFMT == S_IFREG else { throw .noFile(path) }
    guard information.st_mode & 0o077 == 0 else { throw .exposed(path, mode: information.st_mode & 0o777) }
    guard information.st_uid == 0 || information.st_uid == geteuid() else {
      throw .foreignOwner(path, owner: information.st_uid)
    }
    let secret = SecretBytes(count: maximumFileBytes + 1)
    let count = file.read(into: secret.bytes)
    guard count >= 0 else { throw .unreadable(path, reason: SystemReason(errno).text) }
    guard count <= maximumFileBytes, let length = decode(secret.bytes, count: count) else {
      throw .noKey(path)
    }
    guard length >= minimumBytes else { throw .short(path, bytes: length) }
    let key = UnsafeRawBufferPointer(rebasing: secret.bytes[..<length])
    guard key.contains(where: { $0 != key[0] }) else { throw .constant(path) }
    return SymmetricKey(data: key)
  }

  /// Replaces hexadecimal digits or base64 by the bytes that they stand for, in place, so that no copy of a key is left
  /// elsewhere. Blanks and line ends are ignored.
  /// - Returns: how many bytes there are; `nil` if it is neither.
  private static func decode(_ text: UnsafeMutableRawBufferPointer, count: Int) -> Int? {
    var letters = 0
    for i in 0..<count where !(text[i] == 32 || 9...13 ~= text[i]) {
      text[letters] = text[i]
      letters += 1
    }
    if letters % 2 == 0, text[..<letters].allSatisfy({ hexadecimal($0) != nil }) {
      for i in 0..<letters / 2 { text[i] = hexadecimal(text[2 * i])! << 4 | hexadecimal(text[2 * i + 1])! }
      return letters / 2
    }
    guard letters % 4 == 0 else { return nil }
    while letters % 4 != 2, letters > 0, text[letters - 1] == UInt8(ascii: "=") { letters -= 1 }
    var (bits, held, length): (UInt32, Int, Int) = (0, 0, 0)
    for i in 0..<letters {
      guard let digit = base64(text[i]) else { return nil }
      (bits, held) = (bits << 6 | UInt32(digit), held + 6)
      guard held >= 8 else { continue }
      held -= 8
      text[length] = UInt8(truncatingIfNeeded: bits >> held)
      length += 1
    }
    return length
  }

  private static func hexadecimal(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): letter - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): letter - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// - Source: RFC 4648, section 4.
  private static func base64(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
