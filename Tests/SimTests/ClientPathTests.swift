import Engine
import Testing

@testable import Sim

/// What faults of a network do to clients' packets and to the answers, on paper and packet by packet.
@Suite struct ClientPathTests {
  private static let on = NetworkSet(first: 1)
  private static func nodes(_ bits: UInt64) -> NodeSet { NodeSet(bits: bits) }
  private static let all = NodeSet(first: 4)

  private static func path(
    _ kinds: [FaultKind], _ model: NetworkModel = NetworkModel(name: "lan")
  ) -> ClientPath {
    ClientPath(
      model, id: NetworkID(0), nodeCount: 4,
      active: kinds.enumerated().map { ActiveFault(index: $0, kind: $1, nodes: $1.nodes) })
  }

  /// Faults of the network whose two sets are known: the nodes that clients reach, and those that clients hear.
  static let sets: [(FaultKind, reached: UInt64, heard: UInt64)] = [
    (.loss(on, uplink: nil, downlink: .independent(1), at: nodes(0b10)), 0b1101, 0b1111),
    (.loss(on, uplink: .independent(1), downlink: nil, at: nodes(0b10)), 0b1111, 0b1101),
    (.loss(on, uplink: nil, downlink: .independent(1), at: .empty), 0, 0b1111),
    (.loss(on, uplink: .independent(1), downlink: nil, at: .empty), 0, 0),
    (
      .loss(
        on, uplink: nil, downlink: .gilbertElliott(enter: 0.5, leave: 0.5, lossGood: 1, lossBad: 1),
        at: nodes(0b10)), 0b1101, 0b1111
    ),
    (.loss(on, uplink: nil, downlink: .independent(0.99), at: nodes(0b10)), 0b1111, 0b1111),
    (
      .loss(NetworkSet(bits: 2), uplink: nil, downlink: .independent(1), at: nodes(0b10)), 0b1111, 0b1111
    ),
    (.interfaceDown(nodes(0b10), on), 0b1101, 0b1101), (.networkDown(on), 0, 0),
    (.partition([nodes(0b11), nodes(0b1100)], on), 0b0011, 0b0011),
    (.pairCut(nodes(1), nodes(2), on), 0b1111, 0b1111),
    (.oneWayCut(from: nodes(1), to: nodes(2), on), 0b1111, 0b1111),
    (.bridge(nodes(1), nodes(2), by: nodes(4), on), 0b1111, 0b1111),
    (.delay(on, .constant(.seconds(1))), 0b1111, 0b1111),
    (.blockHeartbeats(nodes(0b10), .both, on), 0b1111, 0b1111),
  ]

  @Test(arguments: sets.indices) func whatIsLostAltogetherIsInTheSets(_ i: Int) {
    let (kind, reached, heard) = ClientPathTests.sets[i]
    let path = ClientPathTests.path([kind])
    #expect(path.reached.bits == reached && path.heard.bits == heard, "\(kind)")
  }

  @Test func ofSeveralLossesTheYoungestHoldsAndLinksFromAllAreACableOfTheNode() {
    let on = ClientPathTests.on
    let (second, third) = (ClientPathTests.nodes(0b10), ClientPathTests.nodes(0b100))
    let dead = FaultKind.loss(on, uplink: nil, downlink: .independent(1), at: second)
    let mild = FaultKind.loss(on, uplink: nil, downlink: .independent(0.1), at: .empty)
    #expect(ClientPathTests.path([dead, mild]).reached == ClientPathTests.all)
    #expect(ClientPathTests.path([dead, mild]).downlink == .independent(0.1))
    #expect(ClientPathTests.path([mild, dead]).reached == ClientPathTests.all.subtracting(second))
    let links = NetworkModel(
      name: "lan",
      links: [
        LinkModel(
          from: ClientPathTests.all, to: second, delay: .constant(.seconds(1)), loss: .independent(0.2)),
        LinkModel(from: third, to: ClientPathTests.all, loss: .independent(1)),
        LinkModel(from: ClientPathTests.nodes(1), to: third, loss: .independent(1)),
      ])
    let path = ClientPathTests.path([], links)
    #expect(path.reached == ClientPathTests.all, "a link from one node is not on the clients' way")
    #expect(path.heard == ClientPathTests.all.subtracting(third))
    #expect(path.own == [nil, .independent(0.2), nil, nil])
    #expect(path.delayIn[1] == .constant(.seconds(1)) && path.delayOut[1] == links.delay)
  }

  @Test func aSecondNetworkOfTheServiceFillsUpWhatTheFirstLeavesOut() {
    let dead = FaultKind.loss(
      ClientPathTests.on, uplink: nil, downlink: .independent(1), at: ClientPathTests.nodes(0b10))
    var path = ClientPathTests.path([dead])
    path.fillUp(from: ClientPathTests.path([], NetworkModel(name: "b", downlinkLoss: .independent(0.25))))
    #expect(path.served == ClientPathTests.all)
    #expect(path.own == [nil, .independent(0.25), nil, nil] && path.downlink == .none)
  }

  // MARK: Packets

  /// One request a millisecond, tried once.
  static let requests = TrafficFarm.stream(.constant(rate: 1000), flow: FlowModel(retries: []))
  private let second = NodeSet(NodeID(1))

  private func loss(_ up: LossModel?, _ down: LossModel?) -> ClientPath {
    ClientPathTests.path([.loss(ClientPathTests.on, uplink: up, downlink: down, at: second)])
  }

  /// A node's own loss takes a share of the packets for its buckets and none of the others': binomial, five deviations.
  @Test func aReceiversLossTakesItsShareOfItsOwnPackets() {
    var farm = TrafficFarm(transport: .udp, ClientPathTests.requests)
    farm.traffic.setPath(loss(nil, .independent(0.3)))
    let totals = farm.finish(.seconds(100))
    let (accepted, lost) = (totals.load[1].packets, totals.packetsLost)
    let n = Double(accepted + lost)
    #expect(n > 20_000 && abs(Double(lost) - 0.3 * n) < 5 * (n * 0.21).squareRoot())
    #expect(totals.requestsFailed == lost)
    #expect(totals.packetsSent == totals.load.reduce(lost) { $0 + $1.packets })
  }

  /// What is lost on the way back was accepted, and its client has no answer.
  @Test func aSendersLossTakesItsAnswersAndNoPackets() {
    var farm = TrafficFarm(transport: .udp, ClientPathTests.requests)
    farm.traffic.setPath(loss(.independent(0.3), nil))
    let totals = farm.finish(.seconds(100))
    let n = Double(totals.load[1].packets)
    #expect(totals.packetsLost == 0)
    #expect(n > 20_000 && abs(Double(totals.requestsFailed) - 0.3 * n) < 5 * (n * 0.21).squareRoot())
  }

  /// Losses of one node shift no draw of the network's own loss.
  @Test func aNodesOwnLossShiftsNoOther() {
    func loads(_ path: ClientPath) -> [NodeLoad] {
      var farm = TrafficFarm(transport: .udp, ClientPathTests.requests)
      farm.traffic.setPath(path)
      farm.serve(1) { _ in false }
      return farm.finish(.seconds(10)).load
    }
    let lossy = NetworkModel(name: "lan", downlinkLoss: .independent(0.2))
    let own = FaultKind.loss(ClientPathTests.on, uplink: nil, downlink: .independent(0.7), at: second)
    #expect(loads(ClientPathTests.path([], lossy)) == loads(ClientPathTests.path([own], lossy)))
  }

  @Test func aMuteNodeAcceptsConnectsThatFail() {
    var farm = TrafficFarm(FlowTests.steady)
    farm.coverage.heard.remove(NodeID(1))
    let totals = farm.finish(.seconds(100))
    #expect(totals.load[1].flows == 0 && totals.load[1].packets > 20)
    #expect(totals.packetsLost == 0)
    // Eight attempts each, of those that began early enough.
    #expect(totals.connectsFailed > 5 && totals.load[1].packets >= 8 * totals.connectsFailed)
    #expect(totals.flowsBroken == 0 && farm.tracked(1) == (0, 0))
  }

  /// A client hears one answer only, so its connect comes about; whether both accepted it is another question.
  @Test func aDoubleOfWhichOneIsNotReachedOrNotHeardKillsNothing() {
    var farm = TrafficFarm(FlowTests.steady)
    farm.serve(1) { _ in true }
    farm.coverage.heard.remove(NodeID(1))
    farm.serve(2) { $0 % 4 == 2 || $0 % 4 == 1 }
    var totals = farm.finish(.seconds(100))
    #expect(totals.connectsReset == 0 && totals.flowsOpened == 100 && totals.packetsTwice > 90)
    farm = TrafficFarm(FlowTests.steady)
    farm.serve(1) { _ in true }
    farm.coverage.reachable.remove(NodeID(1))
    farm.serve(2) { $0 % 4 == 2 || $0 % 4 == 1 }
    totals = farm.finish(.seconds(100))
    #expect(totals.connectsReset == 0 && totals.flowsOpened == 100 && totals.packetsTwice == 0)
  }

  @Test(arguments: [true, false]) func flowsOfACardThatFallsDeafOrMuteBreakAfterTheClientsPatience(
    isDeaf: Bool
  ) {
    var farm = TrafficFarm(FlowTests.longLived())
    farm.run(to: .seconds(20))
    let doomed = farm.tracked(1).inside
    if isDeaf { farm.coverage.reachable.remove(NodeID(1)) } else { farm.coverage.heard.remove(NodeID(1)) }
    farm.serve(1) { _ in false }
    farm.serve(2) { $0 % 4 == 2 || $0 % 4 == 1 }
    farm.run(to: .seconds(35))
    #expect(farm.traffic.counts.broken == 0)
    let totals = farm.finish(.seconds(60))
    #expect(doomed > 50 && totals.flowsBroken == doomed && totals.flowsReset == 0)
    #expect((totals.packetsLost == 0) == !isDeaf)
  }

  @Test func aResetThatDoesNotComeBackResetsNothing() {
    var farm = TrafficFarm(FlowTests.longLived())
    farm.run(to: .seconds(20))
    let doomed = farm.tracked(1).inside
    farm.traffic.nodesFailed(second, at: .zero + .seconds(20))
    farm.serve(1) { _ in false }
    farm.serve(2, resetting: { $0 % 4 == 1 }, owning: { $0 % 4 == 2 || $0 % 4 == 1 })
    farm.coverage.heard.remove(NodeID(2))
    farm.run(to: .seconds(25))
    #expect(farm.traffic.counts.reset == 0)
    farm.coverage.heard.insert(NodeID(2))
    let totals = farm.finish(.seconds(60))
    #expect(totals.flowsReset == doomed && doomed > 50)
  }
}
