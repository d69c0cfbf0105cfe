import Engine
import Testing

/// The heartbeat's bytes.
@Suite struct WireGoldenTests {
  /// Node 1 of two, up, one group of 10 buckets of which it owns 0, 2 and 9; node 0 was heard 1.5 ms ago on
  /// the service network, and nothing is known about a service network of node 1, which is the sender itself.
  static let rows: [(bytes: String, meaning: String)] = [
    ("4648", "magic"),
    ("02", "version"),
    ("01", "kind: heartbeat"),
    ("00bf", "declared length: 191"),
    ("01", "sender: node 1"),
    ("c3", "status: up; an operator resumed it; no frame arrives at it"),
    ("0000fa12", "farm id"),
    ("00", "part 0"),
    ("01", "of 1"),
    ("01", "one vector slice"),
    ("01", "one group"),
    ("1122334455667788", "boot id"),
    ("000001900c5a5c00", "incarnation: wall clock in milliseconds"),
    ("000000000000002a", "sequence 42"),
    ("0000000000000003", "epoch 3"),
    ("0123456789abcdef", "view digest"),
    ("fedcba9876543210", "digest of the current configuration"),
    ("0000000000000000", "no staged configuration"),
    ("0000000000000001", "node 0 is held down"),
    ("0000000000000004", "node 2 was in service and has gone"),
    ("00", "slice: first node 0"),
    ("02", "two entries"),
    ("000001900c5a5800", "node 0: incarnation"),
    ("0000000000000029", "highest sequence known: 41"),
    ("0000000000000028", "it has echoed our 40"),
    ("000005dc", "newest evidence 1500 us old"),
    ("000005dc", "heard on a service network 1500 us ago"),
    ("000003e8", "heard on any network 1000 us ago"),
    ("000001900c5a5c00", "node 1, ourselves: incarnation"),
    ("000000000000002a", "sequence 42"),
    ("0000000000000000", "nothing echoed"),
    ("00000000", "evidence 0 us old"),
    ("ffffffff", "never heard on a service network"),
    ("ffffffff", "never heard on any network"),
    ("00", "group 0"),
    ("0064", "runtime weight 100"),
    ("00000005", "5 tracked flows inside our buckets"),
    ("00010000", "65536 outside"),
    ("000a", "10 buckets"),
    ("000000000000010a", "flows outside in 1, 3 and 8"),
    ("0000000000000205", "we claim 0, 2 and 9"),
  ]

  private func written() -> [UInt8] {
    let plan = HeartbeatPlan(nodeCount: 2, bucketCounts: [10])
    let header = HeartbeatHeader(
      farmID: 0xfa12, sender: NodeID(1), status: .up, bootID: BootID(0x1122_3344_5566_7788),
      incarnation: Incarnation(0x190_0c5a_5c00), sequence: SequenceNumber(42), epoch: Epoch(3),
      viewDigest: Digest(rawValue: 0x0123_4567_89ab_cdef),
      configuration: Digest(rawValue: 0xfedc_ba98_7654_3210), heldDown: NodeSet(bits: 1),
      departed: NodeSet(bits: 4), overridesHoldDown: true, receivesNothing: true)
    var writer = HeartbeatWriter(header, part: 0, of: plan)
    writer.append(
      FreshnessEntry(
        incarnation: Incarnation(0x190_0c5a_5800), sequence: SequenceNumber(41), echoed: SequenceNumber(40),
        evidenceAge: Age(.microseconds(1500)), serviceAge: Age(.microseconds(1500)),
        heardAge: Age(.milliseconds(1))))
    writer.append(
      FreshnessEntry(incarnation: header.incarnation, sequence: header.sequence, evidenceAge: .zero))
    var owned = BucketSet(capacity: 10)
    for b in [0, 2, 9] { owned.insert(Bucket(b)) }
    var outside = BucketSet(capacity: 10)
    for b in [1, 3, 8] { outside.insert(Bucket(b)) }
    let flows = TrackedFlows(inside: 5, outside: 65536, bucketsOutside: outside)
    writer.append(GroupID(0), weight: 100, flows: flows, owned: owned)
    return writer.finish()
  }

  @Test func eachFieldOfASmallDatagramHasItsBytes() {
    let bytes = written()
    var rest = bytes[...]
    for row in WireGoldenTests.rows {
      let field = rest.prefix(row.bytes.utf8.count / 2)
      rest = rest.dropFirst(field.count)
      let hex = field.map { (($0 < 16 ? "0" : "") + String($0, radix: 16)) }.joined()
      #expect(hex == row.bytes, "\(row.meaning)")
    }
    #expect(rest.isEmpty && bytes.count == 191)
  }
}
