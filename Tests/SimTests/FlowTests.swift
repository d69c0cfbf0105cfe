import Engine
import Testing

@testable import Sim

/// The life of connects and flows, against what TCP does.
@Suite struct FlowTests {
  /// One connect a second, flows of a quarter of a second, segments far apart: a SYN, one segment, a FIN.
  static let steady = TrafficFarm.stream(
    .constant(rate: 1),
    flow: FlowModel(duration: .constant(.milliseconds(250)), segmentInterval: .seconds(1000)))

  static func longLived(_ rate: Double = 20) -> TrafficModel {
    TrafficFarm.stream(
      .poisson(rate: rate),
      flow: FlowModel(duration: .constant(.seconds(1000)), segmentInterval: .milliseconds(500)))
  }

  @Test func healthyFarmKeepsEverything() {
    var farm = TrafficFarm(FlowTests.steady)
    let totals = farm.finish(.seconds(100))
    #expect(totals.flowsOpened == 100)
    #expect(totals.flowsKept == 100)
    #expect(totals.packetsSent == 300 || totals.packetsSent == 299)  // The last FIN may lie behind the end.
    #expect(totals.packetsLost == 0 && totals.packetsTwice == 0)
    #expect(totals.clientOutageMax == nil)
    #expect(totals.load.reduce(0) { $0 + $1.flows } == 100)
    #expect(totals.load.reduce(0) { $0 + $1.packets } == totals.packetsSent)
    // 60 bytes each for SYN and FIN, 1200 for the segment between.
    #expect((131_940...132_000).contains(totals.load.reduce(0) { $0 + $1.bytes }))
  }

  @Test func connectsAreRetriedOnTheScheduleAndThenGivenUp() {
    var farm = TrafficFarm(FlowTests.steady)
    farm.coverage.open = .empty
    let totals = farm.finish(.seconds(100))
    // Attempts at 0, 1, 2, 3, 4, 5, 7 and 11 s: every connect of the first 89 s has given up.
    #expect(totals.connectsFailed == 89)
    #expect(totals.flowsOpened == 0)
    let attempts = (0..<100).map { began in [0, 1, 2, 3, 4, 5, 7, 11].filter { began + $0 < 100 }.count }
    #expect(totals.packetsSent == attempts.reduce(0, +))
    #expect(totals.packetsLost == totals.packetsSent)
  }

  @Test(arguments: [(900, 1), (1_900, 2), (5_100, 7), (8_000, 11)])
  func outageEndsWithTheRetryAfterTheHole(hole: Int, seconds: Int) {
    // A single connect at a known instant: the first of the constant stream.
    var farm = TrafficFarm(
      TrafficFarm.stream(.constant(rate: 0.001), clients: ClientModel(population: 1)))
    let first = farm.traffic.streams[0].nextArrival
    farm.coverage.open = .empty
    farm.traffic.run(
      until: Instant(nanoseconds: first) + .milliseconds(hole), coverage: farm.coverage)
    farm.coverage.open = NodeSet(first: 4)
    let end = Instant(nanoseconds: first) + .seconds(20)
    farm.traffic.run(until: end, coverage: farm.coverage)
    let totals = farm.traffic.finish(at: end)
    #expect(totals.clientOutages == 1)
    #expect(totals.clientOutageMax == .seconds(seconds))
    #expect(totals.clientOutageMean == .seconds(seconds))
  }

  @Test func twoAnswersKillTheConnect() {
    var farm = TrafficFarm(FlowTests.steady)
    farm.serve(0) { _ in true }  // Node 0 owns everything beside the right owners.
    let totals = farm.finish(.seconds(100))
    #expect(totals.connectsReset > 50)
    #expect(totals.connectsReset + totals.flowsOpened == 100)
    #expect(totals.packetsTwice == totals.connectsReset)
    #expect(totals.load[1].flows + totals.load[2].flows + totals.load[3].flows == 0)
  }

  @Test func flowsOfACrashedNodeBreakAfterTheClientsPatience() {
    var farm = TrafficFarm(FlowTests.longLived())
    farm.run(to: .seconds(20))
    let doomed = farm.tracked(1).inside
    #expect(doomed > 50)
    farm.traffic.nodesFailed(NodeSet(NodeID(1)), at: .zero + .seconds(20))
    farm.coverage.open.remove(NodeID(1))
    farm.serve(1) { _ in false }
    farm.serve(2) { $0 % 4 == 2 || $0 % 4 == 1 }
    #expect(farm.tracked(1) == (0, 0))
    farm.run(to: .seconds(35))
    #expect(farm.traffic.counts.broken == 0)
    let totals = farm.finish(.seconds(60))
    #expect(totals.flowsBroken == doomed)
    #expect(totals.flowsBrokenOutsideFailedNodes == 0)
    #expect(totals.flowsReset == 0)
    #expect(totals.connectsFailed == 0)
    #expect(totals.flowsOpened == totals.flowsKept + totals.flowsBroken)
  }

  @Test func whatAFilterForgetsIsNotChargedToAFailedNode() {
    var farm = TrafficFarm(FlowTests.longLived())
    farm.run(to: .seconds(20))
    let doomed = farm.tracked(1).inside
    farm.traffic.forgetFlows(of: NodeSet(NodeID(1)), at: .zero + .seconds(20))
    // A crash afterwards does not change why the flows were lost.
    farm.run(to: .seconds(20))
    farm.traffic.nodesFailed(NodeSet(NodeID(1)), at: .zero + .seconds(20))
    let totals = farm.finish(.seconds(60))
    #expect(totals.flowsBroken == doomed)
    #expect(totals.flowsBrokenOutsideFailedNodes == doomed)
  }

  @Test func aHandOverKeepsTrackedFlows() {
    var farm = TrafficFarm(FlowTests.longLived())
    farm.run(to: .seconds(20))
    let before = farm.tracked(1).inside
    farm.serve(1) { _ in false }
    farm.serve(2) { $0 % 4 == 2 || $0 % 4 == 1 }
    #expect(farm.tracked(1) == (0, before))
    let totals = farm.finish(.seconds(60))
    #expect(totals.flowsBroken == 0 && totals.flowsReset == 0 && totals.packetsLost == 0)
    #expect(farm.tracked(1) == (0, before))
  }

  @Test func unknownSegmentsAreResetWhereTheFilterSaysSo() {
    var farm = TrafficFarm(FlowTests.longLived())
    farm.run(to: .seconds(20))
    let doomed = farm.tracked(1).inside
    farm.traffic.nodesFailed(NodeSet(NodeID(1)), at: .zero + .seconds(20))
    farm.coverage.open.remove(NodeID(1))
    farm.serve(1) { _ in false }
    farm.serve(2, resetting: { $0 % 4 == 1 }, owning: { $0 % 4 == 2 || $0 % 4 == 1 })
    let totals = farm.finish(.seconds(60))
    #expect(totals.flowsReset == doomed)
    #expect(totals.flowsResetOutsideFailedNodes == 0)
    #expect(totals.flowsBroken == 0)
  }

  @Test func aResetKillsAFlowThatLivesElsewhere() {
    var farm = TrafficFarm(FlowTests.longLived())
    farm.run(to: .seconds(20))
    let live = farm.tracked(1).inside
    // The wrong thing to do: node 1 lives, and still tracks its flows.
    farm.serve(1) { _ in false }
    farm.serve(2, resetting: { $0 % 4 == 1 }, owning: { $0 % 4 == 2 || $0 % 4 == 1 })
    let totals = farm.finish(.seconds(40))
    #expect(totals.flowsReset == live)
    #expect(totals.flowsResetOutsideFailedNodes == live)
  }

  @Test func aPauseWithinThePatienceBreaksNothing() {
    var farm = TrafficFarm(FlowTests.longLived())
    farm.run(to: .seconds(20))
    farm.coverage.open.remove(NodeID(1))
    farm.run(to: .seconds(28))
    farm.coverage.open.insert(NodeID(1))
    let totals = farm.finish(.seconds(60))
    #expect(totals.packetsLost > 100)
    #expect(totals.flowsBroken == 0)
    #expect(totals.connectsFailed == 0)
  }

  @Test func aLittleLossOnlyCostsRepetition() {
    let network = NetworkModel(
      name: "lan", delay: .constant(.zero), uplinkLoss: .independent(0.05), downlinkLoss: .independent(0.05))
    var farm = TrafficFarm(network: network, FlowTests.longLived(50))
    let totals = farm.finish(.seconds(100))
    let share = Double(totals.packetsLost) / Double(totals.packetsSent)
    // One copy must pass both: 1 - 0.95^2, within five standard deviations.
    let expected = 1 - 0.95 * 0.95
    let deviation = (expected * (1 - expected) / Double(totals.packetsSent)).squareRoot()
    #expect(abs(share - expected) < 5 * deviation)
    #expect(totals.flowsBroken == 0 && totals.connectsFailed == 0)
  }
}
