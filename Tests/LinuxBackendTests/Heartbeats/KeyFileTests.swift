import Crypto
import Foundation
import Testing

@testable import LinuxBackend

struct KeyFileTests {
  /// The path of a new key file in the temporary folder.
  static func file(_ text: String, mode: mode_t = 0o600) -> String {
    let path = NSTemporaryDirectory() + "key-\(UUID().uuidString)"
    _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
    chmod(path, mode)
    return path
  }

  static func read(_ text: String, mode: mode_t = 0o600) -> Result<[UInt8], KeyFileError> {
    let path = file(text, mode: mode)
    defer { unlink(path) }
    return Result { () throws(KeyFileError) in try KeyFile.read(path).withUnsafeBytes { Array($0) } }
  }

  static let hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

  @Test func hexadecimalDigitsAndBase64AreKeysLineBreaksOrNot() throws {
    let key = [UInt8](0..<32)
    #expect(try KeyFileTests.read(KeyFileTests.hex).get() == key)
    #expect(try KeyFileTests.read("  " + KeyFileTests.hex.uppercased() + "\n\n").get() == key)
    let base64 = Data(key).base64EncodedString()
    #expect(try KeyFileTests.read(base64 + "\n").get() == key)
    #expect(try KeyFileTests.read(base64.prefix(20) + "\r\n" + base64.dropFirst(20)).get() == key)
    for length in 32...37 {
      let longer = (0..<length).map { UInt8($0 * 37 & 0xff) }
      #expect(try KeyFileTests.read(Data(longer).base64EncodedString()).get() == longer)
    }
    #expect(try KeyFileTests.read(KeyFileTests.hex, mode: 0o400).get() == key)
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o601] as [mode_t])
  func aFileThatOthersCanGetAtIsRefused(_ mode: mode_t) {
    guard case .failure(.exposed(_, mode)) = KeyFileTests.read(KeyFileTests.hex, mode: mode) else {
      Issue.record("mode \(String(mode, radix: 8)) is accepted")
      return
    }
  }

  @Test func whatIsNoKeyIsRefusedWithOneLineThatSaysWhy() {
    func line(_ text: String) -> String {
      switch KeyFileTests.read(text) {
      case .success: "accepted"
      case .failure(let error): String("\(error)".drop { $0 != ":" }.dropFirst(2))
      }
    }
    #expect(line("") == "a key of 0 bytes; expected at least 32 random bytes")
    #expect(line("secret!") == "no key in it; expected hexadecimal digits or base64")
    #expect(
      line(String(repeating: "A", count: 62) + "=") == "no key in it; expected hexadecimal digits or base64")
    #expect(
      line("AA=A" + String(repeating: "b", count: 60))
        == "no key in it; expected hexadecimal digits or base64")
    #expect(line("00ff") == "a key of 2 bytes; expected at least 32 random bytes")
    #expect(line(String(repeating: "00", count: 32)) == "one byte repeated is no key; expected random bytes")
    #expect(
      line(String(repeating: "0123456789abcdef", count: 1000))
        == "no key in it; expected hexadecimal digits or base64")
    #expect(
      "\(KeyFileError.exposed("/k", mode: 0o644))"
        == "/k: mode is 0644, so others than its owner can get at the key; run 'chmod 600 /k'")
    #expect(throws: KeyFileError.unreadable("/no/such", reason: "No such file or directory")) {
      try KeyFile.read("/no/such")
    }
    #expect(throws: KeyFileError.noFile("/dev/null")) { try KeyFile.read("/dev/null") }
  }
}
