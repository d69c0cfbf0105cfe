import Crypto
import Testing

@testable import LinuxBackend

struct AuthenticatorTests {
  static let one = SymmetricKey(data: [UInt8](repeating: 1, count: 32))
  static let two = SymmetricKey(data: [UInt8](repeating: 2, count: 32))

  static func isAuthentic(_ bytes: [UInt8], _ authenticator: Authenticator) -> Bool {
    bytes.withUnsafeBytes { authenticator.isAuthentic($0) }
  }

  /// RFC 4231, test case 1.
  @Test func theTrailerIsHMACSHA256() {
    var bytes = Array("Hi There".utf8)
    Authenticator(key: SymmetricKey(data: [UInt8](repeating: 0x0b, count: 20))).seal(&bytes)
    let hex = bytes.dropFirst(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(hex == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
  }

  @Test func everyBitCountsInTheTrailerToo() {
    let authenticator = Authenticator(key: AuthenticatorTests.one)
    var sealed = [UInt8](0..<100)
    authenticator.seal(&sealed)
    #expect(sealed.count == 132 && AuthenticatorTests.isAuthentic(sealed, authenticator))
    for bit in 0..<sealed.count * 8 {
      var changed = sealed
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!AuthenticatorTests.isAuthentic(changed, authenticator))
    }
    #expect(!AuthenticatorTests.isAuthentic(Array(sealed.dropLast()), authenticator))
    #expect(!AuthenticatorTests.isAuthentic([], authenticator))
    #expect(!AuthenticatorTests.isAuthentic([UInt8](repeating: 0, count: 32), authenticator))
  }

  @Test func whileKeysAreRotatedBothAreHeardAndTheFirstIsSpokenWith() {
    let (old, new) = (
      Authenticator(key: AuthenticatorTests.one), Authenticator(key: AuthenticatorTests.two)
    )
    let rotating = Authenticator(key: AuthenticatorTests.two, previous: AuthenticatorTests.one)
    var (byOld, byRotating): ([UInt8], [UInt8]) = ([1, 2, 3], [1, 2, 3])
    old.seal(&byOld)
    rotating.seal(&byRotating)
    #expect(
      AuthenticatorTests.isAuthentic(byOld, rotating) && AuthenticatorTests.isAuthentic(byRotating, rotating))
    #expect(AuthenticatorTests.isAuthentic(byRotating, new))
    #expect(!AuthenticatorTests.isAuthentic(byRotating, old) && !AuthenticatorTests.isAuthentic(byOld, new))
  }
}
