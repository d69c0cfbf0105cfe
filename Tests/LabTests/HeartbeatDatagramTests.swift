import Engine
import FarmFile
import Testing

@testable import Lab

@Suite struct HeartbeatDatagramTests {
  private static let heartbeat: [UInt8] = {
    let settings = Settings(nodeCount: 2, groups: [GroupSettings(bucketCount: 64)])
    let plan = HeartbeatPlan(settings)
    let header = HeartbeatHeader(
      farmID: 1, sender: NodeID(1), status: .up, bootID: BootID(1), incarnation: Incarnation(1),
      sequence: SequenceNumber(1), epoch: Epoch(0), viewDigest: Digest(), configuration: settings.digest)
    var writer = HeartbeatWriter(header, part: 0, of: plan)
    for _ in plan.parts[0].nodes { writer.append(FreshnessEntry()) }
    writer.append(
      GroupID(0), weight: 100, flows: .none(bucketCount: 64), owned: BucketSet(capacity: 64))
    return writer.finish() + [UInt8](repeating: 7, count: 32)
  }()

  @Test func whatIsSentIsHeardAgain() throws {
    var sent = HeartbeatDatagram(source: [10, 77, 0, 2], payload: Self.heartbeat)
    #expect(HeartbeatDatagram(frame: sent.frame) == sent && sent.sender == NodeID(1))
    (sent.destination, sent.receiver) = ([10, 77, 0, 1], [2, 0, 0, 0, 0, 9])
    // A short frame is padded after the datagram.
    let heard = try #require(HeartbeatDatagram(frame: sent.frame + [0, 0, 0]))
    #expect(heard == sent)
    #expect(heard.forged != sent && heard.forged.forged == sent && heard.forged.sender == NodeID(1))
    #expect(sent.frame.count == 14 + HeartbeatDatagram.packetBytes + Self.heartbeat.count)
    let note = HeartbeatDatagram(source: [10, 77, 0, 2], payload: [1, 2, 3])
    #expect(HeartbeatDatagram(frame: note.frame) == note && note.sender == nil)
  }

  @Test func nothingElseIsTakenForOne() {
    let frame = HeartbeatDatagram(source: [10, 77, 0, 2], payload: Self.heartbeat).frame
    for length in 0..<frame.count { #expect(HeartbeatDatagram(frame: Array(frame[..<length])) == nil) }
    for (place, value) in [(12, 0x86), (14, 0x46), (23, 6), (37, 0x0b), (39, 8)] as [(Int, UInt8)] {
      var other = frame
      other[place] = value
      // A UDP length of eight means an empty datagram.
      if place == 39 { other[38] = 0 }
      #expect(HeartbeatDatagram(frame: other) == nil, "\(place)")
    }
    for bytes in [[], [0], [UInt8](repeating: 255, count: 2000)] {
      #expect(HeartbeatDatagram(frame: bytes) == nil)
    }
  }
}
