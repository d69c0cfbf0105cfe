import Engine
import Testing

/// The flow hash against values that others published.
@Suite struct FlowHashTests {
  @Test(
    arguments: [
      ("", 0, 0xdead_beef), ("", 0xdead_beef, 0xbd5b_7dde),
      ("Four score and seven years ago", 0, 0x1777_0551), ("Four score and seven years ago", 1, 0xcd62_8161),
    ] as [(String, UInt32, UInt32)])
  func hashesAreWhatTheDriverOfLookup3Prints(text: String, seed: UInt32, expected: UInt32) {
    #expect(FlowHash.hash(Array(text.utf8), seed: seed) == expected)
  }

  /// `app/test/test_hash_functions.c` of DPDK: key bytes 00 01 02 ..., seeds 0 and deadbeef.
  static let dpdk: [(length: Int, zero: UInt32, deadbeef: UInt32)] = [
    (4, 0xe4cf_1d42, 0x8270_ac65), (8, 0xd4cc_b93c, 0x05fa_6668), (13, 0xbc9d_6816, 0x3082_5494),
    (16, 0x5e84_eafc, 0x762d_f861), (40, 0x1c9f_a888, 0x7680_87fc),
  ]

  @Test(arguments: dpdk)
  func hashesOfEveryLengthAreThoseOfDPDK(length: Int, zero: UInt32, deadbeef: UInt32) {
    let key = (0..<length).map { UInt8($0) }
    #expect(FlowHash.hash(key, seed: 0) == zero)
    #expect(FlowHash.hash(key, seed: 0xdead_beef) == deadbeef)
  }

  @Test func entryPointsOfAFixedLengthGiveThePublishedValuesToo() {
    let k: [UInt32] = [0x0302_0100, 0x0706_0504, 0x0b0a_0908, 0x0f0e_0d0c, 0x1312_1110]
    #expect(FlowHash.hash4(k[0], seed: 0xdead_beef) == 0x8270_ac65)
    #expect(FlowHash.hash8(k[0], k[1], seed: 0xdead_beef) == 0x05fa_6668)
    #expect(FlowHash.hash16(k[0], k[1], k[2], k[3], seed: 0xdead_beef) == 0x762d_f861)
    let key = (0..<20).map { UInt8($0) }
    #expect(FlowHash.hash20(k[0], k[1], k[2], k[3], k[4], seed: 7) == FlowHash.hash(key, seed: 7))
    #expect(FlowHash.hash2(0x0100, seed: 7) == FlowHash.hash([0, 1], seed: 7))
  }

  @Test func eachIdentityHashesTheKeyBytesThatItsDocumentationNames() {
    let v4 = IPAddress(v4: 0xc000_0263)
    let v6 = IPAddress(v6: 0x2001_0db8_0123_4567, 0x89ab_cdef_0000_0042)
    let v4Bytes: [UInt8] = [192, 0, 2, 99]
    let v6Bytes: [UInt8] = [0x20, 1, 0x0d, 0xb8, 1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0, 0, 0, 0x42]
    func hash(_ identity: ClientIdentity, _ address: IPAddress) -> UInt32 {
      FlowHash.hash(identity: identity, address: address, port: 0x1f90, seed: 5)
    }
    #expect(hash(.address, v4) == FlowHash.hash(v4Bytes, seed: 5))
    #expect(hash(.address, v6) == FlowHash.hash(v6Bytes, seed: 5))
    #expect(hash(.addressPort, v4) == FlowHash.hash(v4Bytes + [0x1f, 0x90, 0, 0], seed: 5))
    #expect(hash(.addressPort, v6) == FlowHash.hash(v6Bytes + [0x1f, 0x90, 0, 0], seed: 5))
    #expect(hash(.port, v4) == FlowHash.hash([0x1f, 0x90], seed: 5))
    #expect(hash(.port, v4) == hash(.port, v6))
    #expect(hash(.network(v4: 22, v6: 56), v4) == FlowHash.hash([192, 0, 0, 0], seed: 5))
    let network = Array(v6Bytes[..<7]) + [UInt8](repeating: 0, count: 9)
    #expect(hash(.network(v4: 22, v6: 56), v6) == FlowHash.hash(network, seed: 5))
  }

  @Test(
    arguments: [
      (0, 0, 0), (1, 0x8000_0000_0000_0000, 0), (64, UInt64.max, 0), (65, .max, 0x8000_0000_0000_0000),
      (127, .max, .max - 1), (128, .max, .max), (200, .max, .max),
    ] as [(UInt8, UInt64, UInt64)])
  func prefixesAreRightAtBothEnds(bits: UInt8, high: UInt64, low: UInt64) {
    #expect(IPAddress(v6: .max, .max).network(v4: 0, v6: bits) == IPAddress(v6: high, low))
    let v4 = bits >= 32 ? 0xffff_ffff : bits == 0 ? 0 : UInt32(0x8000_0000)
    #expect(IPAddress(v4: .max).network(v4: bits, v6: 0) == IPAddress(v4: v4))
  }

  @Test func theLargestHashFallsIntoTheLastBucketOfAnyNumber() {
    for count in 1...4096 {
      #expect(FlowHash.scaled(.max, to: count).index == count - 1)
      #expect(FlowHash.scaled(0, to: count).index == 0)
    }
  }
}
