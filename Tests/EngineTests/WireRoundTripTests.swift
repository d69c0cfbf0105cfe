import Engine
import Testing

/// Heartbeats come out as they went in.
@Suite struct WireRoundTripTests {
  @Test(
    arguments: [
      (1, []), (1, [1]), (2, [63, 64, 65]), (32, [1024]), (64, [4096]), (33, [1, 4096, 251]),
      (64, [4096, 4096, 4096, 4096, 4096, 4096, 4096, 4096]),
    ] as [(Int, [Int])])
  func everyFieldComesOutAsItWentIn(nodeCount: Int, bucketCounts: [Int]) throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let sample = SampleHeartbeat(nodeCount: nodeCount, bucketCounts: bucketCounts, seed: seed)
      var nodes = 0
      var groups = 0
      for part in sample.plan.parts.indices {
        let reader = try HeartbeatReader(sample.datagram(part))
        #expect(reader.header == sample.header)
        #expect(reader.part == part && reader.parts == sample.plan.parts.count)
        #expect(reader.matches(sample.plan))
        #expect(WireSpelling(reader).bytes == reader.bytes)
        for i in 0..<reader.entryCount {
          #expect(reader.entry(at: i) == sample.entries[reader.firstNode + i])
          #expect(reader.entry(for: NodeID(reader.firstNode + i)) == reader.entry(at: i))
          nodes += 1
        }
        for i in 0..<reader.groupCount {
          let claim = reader.group(at: i)
          let group = claim.group.index
          #expect(claim.weight == SampleHeartbeat.weight(of: group))
          #expect(claim.flowsInside == UInt32(7 * group))
          #expect(claim.flowsOutside == .max, "saturated")
          let heartbeat = sample.header.sequence.rawValue / UInt64(reader.parts)
          let word = Int(heartbeat % UInt64(claim.wordCount))
          #expect(claim.outsideIndex == word)
          #expect(claim.outsideWord == sample.flows(of: group).bucketsOutside.words[word])
          #expect(reader.buckets(of: claim) == sample.owned[group])
          groups += 1
        }
      }
      #expect(nodes == nodeCount && groups == bucketCounts.count)
    }
  }

  @Test func theLargestValueOfEveryFieldSurvives() throws {
    let plan = HeartbeatPlan(nodeCount: 64, bucketCounts: [4096])
    let header = HeartbeatHeader(
      farmID: .max, sender: NodeID(63), status: .deaf, bootID: BootID(.max),
      incarnation: Incarnation(.max), sequence: SequenceNumber(.max), epoch: Epoch(.max),
      viewDigest: Digest(rawValue: .max), configuration: Digest(rawValue: .max),
      stagedConfiguration: Digest(rawValue: .max), heldDown: NodeSet(bits: .max),
      departed: NodeSet(bits: .max),
      overridesHoldDown: true, receivesNothing: true)
    let entry = FreshnessEntry(
      incarnation: Incarnation(.max), sequence: SequenceNumber(.max), echoed: SequenceNumber(.max),
      evidenceAge: .never, serviceAge: .never, heardAge: .never)
    var writer = HeartbeatWriter(header, part: 0, of: plan)
    for _ in plan.parts[0].nodes { writer.append(entry) }
    let all = BucketSet.all(capacity: 4096)
    writer.append(
      GroupID(0), weight: 1000, flows: TrackedFlows(inside: .max, outside: .max, bucketsOutside: all),
      owned: all)
    let reader = try HeartbeatReader(writer.finish())
    #expect(reader.header == header)
    for i in 0..<reader.entryCount { #expect(reader.entry(at: i) == entry) }
    #expect(reader.buckets(of: reader.group(at: 0)) == .all(capacity: 4096))
    #expect(reader.entry(for: NodeID(63)) == nil, "in another part")
  }

  @Test func bytesAfterTheDeclaredLengthAreTheBackends() throws {
    let sample = SampleHeartbeat(nodeCount: 4, bucketCounts: [64], seed: 5)
    let plain = sample.datagram(0)
    let reader = try HeartbeatReader(plain + [UInt8](repeating: 0xee, count: 32))
    #expect(reader.declaredLength == plain.count && reader.bytes.count == plain.count + 32)
    #expect(WireSpelling(reader).bytes == plain && reader.matches(sample.plan))
  }

  @Test func aPartOfAnotherConfigurationDoesNotMatch() throws {
    let reader = try HeartbeatReader(
      SampleHeartbeat(nodeCount: 4, bucketCounts: [64, 65], seed: 6).datagram(0))
    for (nodes, buckets) in [(5, [64, 65]), (4, [64]), (4, [64, 66]), (4, [65, 64]), (64, [4096, 4096])] {
      #expect(!reader.matches(HeartbeatPlan(nodeCount: nodes, bucketCounts: buckets)))
    }
  }

  @Test func agesRoundUpSaturateAndNeverLookLikeNever() {
    #expect(Age(.zero) == .zero && Age(Duration(nanoseconds: -5)) == .zero)
    #expect(Age(Duration(nanoseconds: 1)).microseconds == 1)
    #expect(Age(.microseconds(17)).microseconds == 17)
    #expect(Age(Duration(nanoseconds: 17_001)).microseconds == 18)
    #expect(Age(Duration(nanoseconds: .max)).microseconds == UInt32.max - 1)
    #expect(Age(.microseconds(4_294_967_294)).duration == .microseconds(4_294_967_294))
    #expect(Age.never.duration == nil && Age(.seconds(5000)) < .never)
  }
}
