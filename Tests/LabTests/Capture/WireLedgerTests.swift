import Engine
import FarmFile
import Sim
import Testing

@testable import Lab

/// Made-up frames of clients at two nodes, in milliseconds.
@Suite struct WireLedgerTests {
  private static func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

  private static func ledger() throws -> WireLedger {
    let text = """
      farm: {nodes: 3, virtual_ip: 192.0.2.1, groups: {web: {buckets: 64}}, rules: [{port: 80, identity: address_port}]}
      run: {duration: 20 s}
      """
    let settings = try Scenario.read(text: text, name: "made up").get().farm.settings
    return WireLedger(settings, longestGap: .milliseconds(700))
  }

  private static func packet(_ number: UInt64, port: UInt16 = 4000) -> ClientPacket {
    ClientPacket(
      transport: .tcp, client: IPAddress(v4: 0x0b00_0001), port: port, virtualIP: IPAddress(v4: 0xc000_0201),
      service: 80, number: number)
  }

  /// A packet that is sent and seen by both nodes, and answered by some.
  private static func play(_ ledger: inout WireLedger, _ number: UInt64, at time: Int, by answers: [Int]) {
    ledger.sent(packet(number), at: at(time))
    for node in 0..<2 { ledger.reached(NodeID(node), packet(number), at: at(time)) }
    for node in answers { ledger.answered(NodeID(node), packet(number)) }
  }

  @Test func whatOneNodeAnswersIsAllRight() throws {
    var ledger = try Self.ledger()
    for i in 0..<100 { Self.play(&ledger, UInt64(i), at: i * 20, by: [i % 2]) }
    #expect(ledger.close(at: Self.at(10_000)) == nil)
    let record = ledger.finish(at: Self.at(10_000))
    #expect(record.packets == 100 && record.unanswered == 0 && record.answeredTwice == 0)
    #expect(record.gaps.isEmpty && record.doubles.isEmpty && record.suspects.isEmpty)
  }

  @Test func twoAnswersAreADoubleAndWorthACapture() throws {
    var ledger = try Self.ledger()
    Self.play(&ledger, 1, at: 1000, by: [0, 1])
    #expect(ledger.close(at: Self.at(2400)) == nil, "a server may still answer")
    #expect(ledger.close(at: Self.at(2500)) == Self.at(1000))
    #expect(ledger.finish(at: Self.at(2500)).doubles.map(\.answers) == [NodeSet(first: 2)])
  }

  /// A kernel repeats a SYN after a second. Another node than before may then answer it.
  @Test func aPacketThatIsSentAgainIsAnother() throws {
    var ledger = try Self.ledger()
    Self.play(&ledger, 1, at: 1000, by: [0])
    Self.play(&ledger, 1, at: 2000, by: [1])
    let record = ledger.finish(at: Self.at(10_000))
    #expect(record.packets == 2 && record.answeredTwice == 0)
  }

  @Test func aSilenceIsAsLongAsFromItsFirstPacketToItsLast() throws {
    var ledger = try Self.ledger()
    let times = [(1000, []), (1200, []), (1900, []), (2100, [1]), (3000, []), (3200, [0])]
    for (i, (time, answers)) in times.enumerated() { Self.play(&ledger, UInt64(i), at: time, by: answers) }
    #expect(ledger.close(at: Self.at(3500)) == Self.at(1900), "longer than 700 ms")
    let record = ledger.finish(at: Self.at(10_000))
    #expect(record.unanswered == 4)
    // One packet alone makes no gap.
    #expect(record.gaps.map(\.length) == [.milliseconds(900)])
    #expect(record.gaps.map(\.packets) == [3] && record.gaps.first?.reached == NodeSet(first: 2))
  }

  @Test func anAnswerOfANodeThatMayHaveToBeSilentIsNoted() throws {
    var ledger = try Self.ledger()
    ledger.silence(NodeSet(NodeID(1)), from: Self.at(1000))
    Self.play(&ledger, 1, at: 900, by: [1])
    Self.play(&ledger, 2, at: 1100, by: [1])
    ledger.speak(NodeSet(NodeID(1)), from: Self.at(1200))
    Self.play(&ledger, 3, at: 1300, by: [1])
    #expect(ledger.finish(at: Self.at(10_000)).suspects.map(\.at) == [Self.at(1100)])
  }

  @Test func theLastSecondIsNotCountedWithoutAnAnswer() throws {
    var ledger = try Self.ledger()
    Self.play(&ledger, 1, at: 9500, by: [])
    Self.play(&ledger, 2, at: 9600, by: [0])
    let record = ledger.finish(at: Self.at(10_000))
    #expect(record.packets == 1 && record.unanswered == 0)
  }
}
