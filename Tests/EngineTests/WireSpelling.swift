import Engine

/// A heartbeat spelled byte by byte from the tables of the format, without the writer: the tests' second
/// opinion on both writer and reader.
struct WireSpelling {
  var bytes: [UInt8] = []

  mutating func put(_ value: UInt64, bytes count: Int) {
    for i in (0..<count).reversed() { bytes.append(UInt8(value >> UInt64(8 * i) & 0xff)) }
  }

  mutating func put(_ h: HeartbeatHeader, part: Int, parts: Int, slices: Int, groups: Int, length: Int) {
    put(0x4648, bytes: 2)
    put(2, bytes: 1)
    put(1, bytes: 1)
    put(UInt64(length), bytes: 2)
    put(UInt64(h.sender.rawValue), bytes: 1)
    put(UInt64(h.status.rawValue) + (h.overridesHoldDown ? 64 : 0) + (h.receivesNothing ? 128 : 0), bytes: 1)
    put(UInt64(h.farmID), bytes: 4)
    for n in [part, parts, slices, groups] { put(UInt64(n), bytes: 1) }
    put(h.bootID.rawValue, bytes: 8)
    put(h.incarnation.rawValue, bytes: 8)
    put(h.sequence.rawValue, bytes: 8)
    put(h.epoch.rawValue, bytes: 8)
    put(h.viewDigest.rawValue, bytes: 8)
    put(h.configuration.rawValue, bytes: 8)
    put(h.stagedConfiguration?.rawValue ?? 0, bytes: 8)
    put(h.heldDown.bits, bytes: 8)
    put(h.departed.bits, bytes: 8)
  }

  mutating func put(_ e: FreshnessEntry) {
    put(e.incarnation.rawValue, bytes: 8)
    put(e.sequence.rawValue, bytes: 8)
    put(e.echoed.rawValue, bytes: 8)
    for age in [e.evidenceAge, e.serviceAge, e.heardAge] { put(UInt64(age.microseconds), bytes: 4) }
  }

  mutating func putGroup(
    _ group: Int, weight: UInt16, inside: UInt32, outside: UInt32, buckets: Int, shown: UInt64,
    words: [UInt64]
  ) {
    put(UInt64(group), bytes: 1)
    put(UInt64(weight), bytes: 2)
    put(UInt64(inside), bytes: 4)
    put(UInt64(outside), bytes: 4)
    put(UInt64(buckets), bytes: 2)
    put(shown, bytes: 8)
    for word in words { put(word, bytes: 8) }
  }

  /// Spells everything that a reader has read. The result must be the bytes that it read.
  init(_ reader: HeartbeatReader) {
    put(
      reader.header, part: reader.part, parts: reader.parts, slices: reader.entryCount == 0 ? 0 : 1,
      groups: reader.groupCount, length: reader.declaredLength)
    if reader.entryCount > 0 {
      put(UInt64(reader.firstNode), bytes: 1)
      put(UInt64(reader.entryCount), bytes: 1)
      for i in 0..<reader.entryCount { put(reader.entry(at: i)) }
    }
    for i in 0..<reader.groupCount {
      let claim = reader.group(at: i)
      putGroup(
        claim.group.index, weight: claim.weight, inside: claim.flowsInside, outside: claim.flowsOutside,
        buckets: claim.bucketCount, shown: claim.outsideWord,
        words: (0..<claim.wordCount).map { reader.word($0, of: claim) })
    }
  }
}

/// Marsaglia's xorshift64: the same numbers on every machine.
struct Xorshift {
  var state: UInt64
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
  mutating func below(_ n: Int) -> Int { Int(next() >> 11) % n }
}

/// A heartbeat's content from a seed, and its datagrams.
struct SampleHeartbeat {
  let plan: HeartbeatPlan
  var header: HeartbeatHeader
  var entries: [FreshnessEntry] = []
  var owned: [BucketSet] = []

  init(nodeCount: Int, bucketCounts: [Int], seed: UInt64) {
    var random = Xorshift(state: seed)
    plan = HeartbeatPlan(nodeCount: nodeCount, bucketCounts: bucketCounts)
    header = HeartbeatHeader(
      farmID: UInt32(truncatingIfNeeded: random.next()), sender: NodeID(random.below(nodeCount)),
      status: Status.allCases[random.below(Status.allCases.count)], bootID: BootID(random.next()),
      incarnation: Incarnation(random.next()), sequence: SequenceNumber(random.next() | 1),
      epoch: Epoch(random.next()), viewDigest: Digest(rawValue: random.next()),
      configuration: Digest(rawValue: random.next()),
      stagedConfiguration: random.below(2) == 0 ? nil : Digest(rawValue: random.next() | 1),
      heldDown: NodeSet(bits: random.next()), departed: NodeSet(bits: random.next()),
      overridesHoldDown: random.below(2) == 0, receivesNothing: random.below(2) == 0)
    for _ in 0..<nodeCount {
      entries.append(
        FreshnessEntry(
          incarnation: Incarnation(random.next()), sequence: SequenceNumber(random.next()),
          echoed: SequenceNumber(random.next()),
          evidenceAge: Age(microseconds: UInt32(truncatingIfNeeded: random.next())),
          serviceAge: random.below(3) == 0 ? .never : Age(microseconds: UInt32(random.below(5000))),
          heardAge: .zero))
    }
    for count in bucketCounts {
      var set = BucketSet(capacity: count)
      for b in 0..<count where random.below(2) == 0 { set.insert(Bucket(b)) }
      owned.append(set)
    }
  }

  static func weight(of group: Int) -> UInt16 { UInt16(1000 - group) }

  /// Outside are the buckets that are not owned.
  func flows(of group: Int) -> TrackedFlows {
    var others = BucketSet.all(capacity: owned[group].capacity)
    others.subtract(owned[group])
    return TrackedFlows(inside: 7 * group, outside: Int(UInt32.max) + group, bucketsOutside: others)
  }

  func datagram(_ part: Int) -> [UInt8] {
    var writer = HeartbeatWriter(header, part: part, of: plan)
    for node in plan.parts[part].nodes { writer.append(entries[node]) }
    for group in plan.parts[part].groups {
      writer.append(
        GroupID(group), weight: SampleHeartbeat.weight(of: group), flows: flows(of: group),
        owned: owned[group])
    }
    return writer.finish()
  }
}

extension HeartbeatReader {
  /// A claim's bitmap as a set.
  func buckets(of claim: GroupClaim) -> BucketSet {
    var set = BucketSet(capacity: claim.bucketCount)
    for b in 0..<claim.bucketCount where word(b / 64, of: claim) >> UInt64(b % 64) & 1 == 1 {
      set.insert(Bucket(b))
    }
    return set
  }

  /// The buckets outside with flows of the word that a claim shows.
  func bucketsShown(of claim: GroupClaim) -> BucketSet {
    var set = BucketSet(capacity: claim.bucketCount)
    for bit in 0..<64 where claim.outsideWord >> UInt64(bit) & 1 == 1 {
      set.insert(Bucket(64 * claim.outsideIndex + bit))
    }
    return set
  }
}
