import Engine
import Foundation
import Peers
import TestSupport
import Testing

/// Heartbeats as frames: read again, and dissected by Wireshark.
@Suite struct NLBFrameTests {
  /// A heartbeat of random values.
  private static func random(_ random: inout SplitMix64) -> NLBHeartbeat {
    let priority = 1 + random.next(below: 32)
    return NLBHeartbeat(
      clusterAddress: UInt32(truncatingIfNeeded: random.next()),
      dedicatedAddress: UInt32(truncatingIfNeeded: random.next()), priority: priority,
      defaultHost: random.next(below: 33), stage: NLBStage.allCases[random.next(below: 5)],
      hostCode: UInt32(truncatingIfNeeded: random.next()),
      packetsHandled: UInt32(truncatingIfNeeded: random.next()),
      rules: (0...random.next(below: 33)).map { _ in
        NLBRuleReport(
          code: UInt32(truncatingIfNeeded: random.next()), current: NLBMap(bits: random.next()),
          new: NLBMap(bits: random.next()), idle: NLBMap(bits: random.next()),
          ready: NLBMap(bits: random.next()),
          weight: UInt32(random.next(below: 101)))
      })
  }

  @Test(arguments: NLBSettings.Mode.allCases)
  func aHeartbeatComesOutOfItsFrameAsItWentIn(mode: NLBSettings.Mode) {
    var random = SplitMix64(state: 7)
    for _ in 0..<50 {
      let heartbeat = NLBFrameTests.random(&random)
      let frame = heartbeat.frame(mode: mode)
      #expect(frame.count == NLBHeartbeat.frameBytes && frame.count == 1510)
      #expect(NLBHeartbeat(frame: frame) == heartbeat)
    }
  }

  @Test func addressesAreThoseThatTheModeAsksFor() {
    let heartbeat = NLBHeartbeat(
      clusterAddress: 0xc000_0264, dedicatedAddress: 0xc000_0201, priority: 3, defaultHost: 1,
      stage: .converged,
      hostCode: 9, rules: [NLBRuleReport(code: 0)])
    let header = { (mode: NLBSettings.Mode) in heartbeat.frame(mode: mode)[..<14].map { $0 } }
    let from: [UInt8] = [0x02, 0x03, 0xc0, 0x00, 0x02, 0x64, 0x88, 0x6f]
    #expect(header(.unicast) == [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] + from)
    #expect(header(.multicast) == [0x03, 0xbf, 0xc0, 0x00, 0x02, 0x64] + from)
    #expect(header(.igmp) == [0x01, 0x00, 0x5e, 0x7f, 0x02, 0x64] + from)
  }

  @Test func whatNoHostCanSayIsNoHeartbeatAndNoFrameTraps() {
    var random = SplitMix64(state: 8)
    let good = NLBFrameTests.random(&random).frame(mode: .unicast)
    #expect(NLBHeartbeat(frame: []) == nil && NLBHeartbeat(frame: Array(good.dropLast())) == nil)
    // The frame's type, the signature, the priority twice, the state and the number of rules.
    for (offset, value) in [(12, 8), (14, 0), (22, 99), (34, 99), (38, 0), (38, 6), (40, 33)] {
      var bad = good
      bad[offset] = UInt8(value)
      #expect(NLBHeartbeat(frame: bad) == nil, "\(offset)")
    }
    for _ in 0..<300 {
      var bad = good
      for _ in 0..<4 { bad[random.next(below: bad.count)] = UInt8(random.next(below: 256)) }
      if let read = NLBHeartbeat(frame: bad) { #expect(read.rules.count <= 33) }
    }
  }

  @Test func wiresharkDissectsEveryFrameOfACrashAndAJoinWithoutComplaintFieldByField() throws {
    var farm = NLBFarm(hosts: 3) {
      $0.rules = [
        NLBPortRule(ports: PortRange(80, 80), weight: 10 * $0.priority),
        NLBPortRule(ports: PortRange(443, 443), filtering: .single, handlingPriority: $0.priority),
      ]
    }
    farm.startAll()
    farm.run(for: .seconds(13))
    farm.crash(0)
    farm.run(for: .seconds(12))
    farm.start(0, phase: 1 << 31)
    farm.run(for: .seconds(13))
    let heartbeats = farm.frames.compactMap { NLBHeartbeat(frame: $0.bytes) }
    #expect(heartbeats.count == farm.frames.count && heartbeats.count > 90)
    #expect(Set(heartbeats.map(\.stage)) == [.converging, .stable, .settled, .converged])

    let said = try Tshark.dissect(farm.frames.map(\.bytes), fields: Tshark.fields)
    #expect(said.count == heartbeats.count)
    for (i, heartbeat) in heartbeats.enumerated() where i < said.count {
      #expect(said[i] == Tshark.expected(heartbeat, mode: .unicast), "frame \(i + 1)")
    }
  }
}
