import Engine
import Testing

@testable import Sim

@Suite struct FaultTests {
  private let one = NodeSet(bits: 1)
  private let two = NodeSet(bits: 2)

  @Test func thePlanIsInOrderOfTimeEndsFirst() {
    let plan = FaultPlan([
      Fault(at: .seconds(1), until: .seconds(5), kind: .crash(one)),
      Fault(at: .seconds(5), kind: .crash(two)),
      Fault(at: .seconds(3), until: .seconds(5), kind: .stall(two)),
    ])
    #expect(plan.edges.map(\.fault) == [0, 2, 0, 2, 1])
    #expect(plan.edges.map(\.isEnd) == [false, false, true, true, false])
  }

  @Test func clientsStayOnTheSideNamedFirst() {
    let on = NetworkSet(first: 1)
    let split = FaultKind.partition([one, two], on)
    #expect(!split.hides(NodeID(0), on: NetworkID(0)))
    #expect(split.hides(NodeID(1), on: NetworkID(0)) && split.hides(NodeID(2), on: NetworkID(0)))
    #expect(!split.hides(NodeID(1), on: NetworkID(1)))
    #expect(FaultKind.interfaceDown(two, on).hides(NodeID(1), on: NetworkID(0)))
    #expect(!FaultKind.interfaceDown(two, on).hides(NodeID(0), on: NetworkID(0)))
    #expect(!FaultKind.pairCut(one, two, on).hides(NodeID(0), on: NetworkID(0)))
  }

  @Test func aFaultsEndIsAnsweredTheOtherWayRound() {
    #expect(FaultKind.crash(one).answer == .without)
    #expect(FaultKind.crash(one).answer.reversed == .with)
    #expect(FaultKind.restart(one).answer == .with)
    #expect(FaultKind.networkDown(NetworkSet(first: 1)).answer.reversed == .any)
  }
}
