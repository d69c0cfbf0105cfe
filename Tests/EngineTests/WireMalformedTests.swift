import Engine
import Testing

/// No bytes can trap the reader.
@Suite struct WireMalformedTests {
  /// (offset, new byte, reason) on a datagram of 3 nodes and groups of 10 and 64 buckets.
  @Test(
    arguments: [
      (0, 0, .magic), (1, 0, .magic), (2, 1, .version), (2, 3, .version), (3, 0, .kind), (3, 2, .kind),
      (4, 255, .length),
      (5, 71, .length), (6, 64, .sender), (7, 10, .status), (7, 63, .status), (12, 1, .part), (13, 0, .part),
      (13, 9, .part),
      (14, 2, .vector), (15, 1, .length), (15, 3, .length), (15, 9, .group),
      (88, 62, .vector), (89, 0, .vector), (89, 65, .vector), (89, 5, .length), (198, 8, .group),
      (199, 4, .weight), (209, 16, .bitmap), (210, 0, .bitmap), (210, 9, .bitmap), (210, 65, .bitmap),
      (217, 4, .bitmap), (225, 4, .bitmap), (227, 0, .group),
    ] as [(Int, UInt8, MalformedHeartbeat)])
  func eachBadFieldIsRefusedWithItsReason(offset: Int, value: UInt8, reason: MalformedHeartbeat) {
    var sample = SampleHeartbeat(nodeCount: 3, bucketCounts: [10, 64], seed: 1)
    sample.entries[2] = FreshnessEntry()
    sample.owned = [BucketSet.all(capacity: 10), BucketSet(capacity: 64)]
    var bytes = sample.datagram(0)
    bytes[offset] = value
    #expect(throws: reason) { try HeartbeatReader(bytes) }
  }

  @Test func aSequenceOfZeroIsRefused() {
    var bytes = SampleHeartbeat(nodeCount: 1, bucketCounts: [], seed: 1).datagram(0)
    for i in 32..<40 { bytes[i] = 0 }
    #expect(throws: MalformedHeartbeat.sequence) { try HeartbeatReader(bytes) }
  }

  @Test func everyTruncationIsRefused() {
    let bytes = SampleHeartbeat(nodeCount: 8, bucketCounts: [100, 4096], seed: 3).datagram(0)
    for length in 0..<bytes.count {
      let reason: MalformedHeartbeat = length < 88 ? .tooShort : .length
      #expect(throws: reason) { try HeartbeatReader([UInt8](bytes[..<length])) }
    }
  }

  /// What is accepted says all of its bytes.
  @Test func aMillionMutatedDatagramsTrapNothing() {
    var random = Xorshift(state: 0x9e37_79b9_7f4a_7c15)
    var samples: [[UInt8]] = []
    for (seed, buckets) in [[], [1], [10, 64], [65, 3, 100]].enumerated() {
      samples.append(
        SampleHeartbeat(nodeCount: 2 + seed % 2, bucketCounts: buckets, seed: UInt64(seed + 1)).datagram(0))
    }
    samples.append(SampleHeartbeat(nodeCount: 32, bucketCounts: [1024], seed: 9).datagram(0))
    var accepted = 0
    var reasons = [Int](repeating: 0, count: MalformedHeartbeat.allCases.count)
    for round in 0..<1_000_000 {
      var bytes = samples[round % 64 == 0 ? 4 : random.below(4)]
      mutate(&bytes, &random)
      do throws(MalformedHeartbeat) {
        let reader = try HeartbeatReader(bytes)
        accepted += 1
        if !isSound(reader) || (accepted % 4 == 0 && !saysItsBytes(reader)) {
          Issue.record("round \(round): \(bytes)")
          return
        }
      } catch {
        reasons[Int(error.rawValue)] += 1
      }
    }
    #expect(accepted > 50_000, "mutations that leave the structure whole are tested too")
    for reason in MalformedHeartbeat.allCases {
      #expect(reasons[Int(reason.rawValue)] > 100, "\(reason) was met")
    }
  }

  /// One to four changes, mostly where the structure is: bytes, bits, cuts, extra bytes.
  private func mutate(_ bytes: inout [UInt8], _ random: inout Xorshift) {
    for _ in 0...random.below(4) {
      if bytes.isEmpty { return }
      let anywhere = random.below(bytes.count)
      let inHeader = min(random.below(16), bytes.count - 1)
      switch random.below(9) {
      case 0: bytes[anywhere] = UInt8(truncatingIfNeeded: random.next())
      case 1, 2: bytes[anywhere] ^= 1 << UInt8(random.below(8))
      case 3: bytes[inHeader] = UInt8(truncatingIfNeeded: random.next())
      case 4: bytes[inHeader] = bytes[inHeader] &+ UInt8(random.below(3)) &- 1
      case 5: if bytes.count >= 40 { for i in 32..<40 { bytes[i] = 0 } }
      case 6: if random.below(4) == 0 { bytes.removeLast(random.below(bytes.count) + 1) }
      case 7: bytes.append(contentsOf: repeatElement(UInt8(random.below(256)), count: random.below(40)))
      default:
        // Sets the declared length to the end of the bytes, so that sections past the old end are read.
        if bytes.count >= 6 {
          bytes[4] = UInt8(bytes.count >> 8)
          bytes[5] = UInt8(bytes.count & 255)
        }
      }
    }
  }

  /// Reads all of a datagram and compares what was read with the limits.
  private func isSound(_ reader: HeartbeatReader) -> Bool {
    guard reader.declaredLength <= reader.bytes.count, reader.part < reader.parts, reader.parts <= 8,
      reader.header.sequence.rawValue > 0, reader.firstNode + reader.entryCount <= 64
    else { return false }
    var sum: UInt64 = 0
    for i in 0..<reader.entryCount { sum &+= reader.entry(at: i).sequence.rawValue }
    var last = -1
    for i in 0..<reader.groupCount {
      let claim = reader.group(at: i)
      guard claim.group.index > last, claim.weight <= 1000, (1...4096).contains(claim.bucketCount) else {
        return false
      }
      last = claim.group.index
      guard claim.outsideIndex < claim.wordCount else { return false }
      if claim.outsideIndex == claim.wordCount - 1, claim.bucketCount % 64 != 0,
        claim.outsideWord >> UInt64(claim.bucketCount % 64) != 0
      {
        return false
      }
      for b in claim.bucketCount..<claim.wordCount * 64
      where reader.word(b / 64, of: claim) >> UInt64(b % 64) & 1 == 1 { return false }
    }
    return true
  }

  private func saysItsBytes(_ reader: HeartbeatReader) -> Bool {
    WireSpelling(reader).bytes.elementsEqual(reader.bytes[..<reader.declaredLength])
  }
}
