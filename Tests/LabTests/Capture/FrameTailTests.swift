import Engine
import Testing

@testable import Lab

@Suite struct FrameTailTests {
  private static func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

  private static func append(_ tail: inout FrameTail, _ frame: [UInt8], at milliseconds: Int) {
    frame.withUnsafeBytes {
      tail.append(
        $0, length: frame.count, at: at(milliseconds),
        wall: 1_000_000_000_000 + UInt64(milliseconds) * 1_000_000)
    }
  }

  /// - Source: `pcap-savefile(5)`.
  @Test func itsFileIsOneThatWiresharkOpens() throws {
    var tail = FrameTail()
    Self.append(&tail, [1, 2, 3], at: 1500)
    Self.append(&tail, [UInt8](repeating: 9, count: 300), at: 1600)
    let file = try #require(tail.file(from: Self.at(0), to: Self.at(5000)))
    #expect(Array(file[..<8]) == [0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0])
    #expect(Array(file[16..<24]) == [0, 1, 0, 0, 1, 0, 0, 0])
    // At 1001.5 s, three bytes of three.
    let record: [UInt8] = [0xe9, 3, 0, 0, 0, 0x65, 0xcd, 0x1d, 3, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3]
    #expect(Array(file[24..<43]) == record)
    // Cut, but with the length that it had on the wire.
    #expect(Array(file[51..<59]) == [0, 1, 0, 0, 44, 1, 0, 0] && file.count == 43 + 16 + 256)
    #expect(tail.file(from: Self.at(4000), to: Self.at(5000)) == nil)
  }

  @Test func aMinuteIsKeptAndNoMoreThanFits() {
    var tail = FrameTail(mostBytes: 100_000)
    for i in 0..<200 { Self.append(&tail, [UInt8](repeating: 1, count: 84), at: i * 1000) }
    #expect(tail.file(from: Self.at(0), to: Self.at(130_000)) == nil)
    #expect(tail.file(from: Self.at(0), to: Self.at(141_000)) != nil)
    for i in 0..<100_000 { Self.append(&tail, [UInt8](repeating: 1, count: 84), at: 200_000 + i) }
    // The frames of the last second are never thrown away before the next has begun.
    #expect(tail.byteCount <= 100_000 + 100 * 1000)
  }
}
