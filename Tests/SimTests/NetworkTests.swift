import Engine
import Testing

@testable import Sim

@Suite struct NetworkTests {
  private func network(_ model: NetworkModel, nodes: Int = 4, seed: UInt64 = 1) -> VirtualNetwork {
    VirtualNetwork(id: NetworkID(0), model: model, nodeCount: nodes, seed: seed, trial: 0)
  }
  private func nodes(_ ids: Int...) -> NodeSet { NodeSet(bits: ids.reduce(0) { $0 | 1 << UInt64($1) }) }
  private func heard(_ network: inout VirtualNetwork, from: Int, count: Int = 1) -> [NodeSet] {
    var result: [NodeSet] = []
    for i in 0..<count {
      var arrivals: [VirtualNetwork.Arrival] = []
      let now = Instant(nanoseconds: UInt64(i) * 1_000_000)
      network.transmit(
        from: NodeID(from), to: NodeSet(first: network.nodeCount), at: now, into: &arrivals)
      result.append(arrivals.reduce(.empty) { $0.union($1.receivers) })
    }
    return result
  }
  private func fault(_ kind: FaultKind) -> ActiveFault {
    ActiveFault(index: 0, kind: kind, nodes: kind.nodes)
  }

  @Test func aFrameReachesAllButItsSenderTogether() {
    var lan = network(NetworkModel(name: "lan", delay: .constant(.microseconds(200))))
    var arrivals: [VirtualNetwork.Arrival] = []
    lan.transmit(from: NodeID(1), to: NodeSet(first: 4), at: .zero, into: &arrivals)
    #expect(arrivals.count == 1)
    #expect(arrivals[0].receivers == nodes(0, 2, 3))
    #expect(arrivals[0].at == .zero + .microseconds(200))
  }

  @Test func anUplinkLossIsSharedAndADownlinkLossIsNot() {
    let frames = 20_000
    var up = network(NetworkModel(name: "up", uplinkLoss: .independent(0.2)))
    let shared = heard(&up, from: 0, count: frames)
    #expect(shared.allSatisfy { $0.isEmpty || $0 == nodes(1, 2, 3) })
    let lost = Double(shared.count { $0.isEmpty })
    // Binomial: within 5 standard deviations of 0.2 n.
    #expect(abs(lost - 0.2 * Double(frames)) < 5 * (0.16 * Double(frames)).squareRoot())

    var down = network(NetworkModel(name: "down", downlinkLoss: .independent(0.2)))
    let apart = heard(&down, from: 0, count: frames)
    let all = Double(apart.count { $0 == nodes(1, 2, 3) })
    let p = 0.8 * 0.8 * 0.8
    #expect(abs(all - p * Double(frames)) < 5 * (p * (1 - p) * Double(frames)).squareRoot())
  }

  /// Mean frames until the first run of k losses, all lost when bad: `[1/a + (1 - r^(k-1))/b] / r^(k-1)`, counted
  /// to the run's last frame; a state found by one frame is left for the next.
  @Test func burstsOfLossHaveTheLengthOfTheirModel() {
    let (a, b, k) = (0.01, 0.3, 5)
    var dice = RandomStream(seed: 7, trial: 0, entity: 0, purpose: .test)
    let model = LossModel.gilbertElliott(enter: a, leave: b, lossGood: 0, lossBad: 1)
    let rounds = 5_000
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<rounds {
      var (isBad, run, frames) = (false, 0, 0)
      while run < k {
        run = model.loses(isBad: &isBad, drawing: &dice) ? run + 1 : 0
        frames += 1
      }
      // The first frame finds the good state for certain, which the formula does not count.
      let x = Double(frames - 1)
      (sum, squares) = (sum + x, squares + x * x)
    }
    let r = (1 - b) * (1 - b) * (1 - b) * (1 - b)
    let expected = (1 / a + (1 - r) / b) / r
    let mean = sum / Double(rounds)
    let error = ((squares / Double(rounds) - mean * mean) / Double(rounds)).squareRoot()
    #expect(abs(expected - 427) < 1)
    #expect(abs(mean - expected) < 4 * error, "\(mean) against \(expected) +- \(error)")
  }

  @Test func aReceiversBurstHitsEverySenderAndALinksOwnBurstOne() {
    let always = LossModel.gilbertElliott(enter: 1, leave: 0, lossGood: 0, lossBad: 1)
    var shared = network(NetworkModel(name: "lan", downlinkLoss: always))
    #expect(heard(&shared, from: 0) == [nodes(1, 2, 3)])
    #expect(heard(&shared, from: 1) == [nodes(0)], "2 and 3 are in the bad state since the first frame")

    let link = LinkModel(from: nodes(0), to: nodes(2), loss: always)
    var own = network(NetworkModel(name: "lan", links: [link]))
    #expect(heard(&own, from: 0, count: 2) == [nodes(1, 2, 3), nodes(1, 3)])
    #expect(heard(&own, from: 1) == [nodes(0, 2, 3)])
  }

  @Test func theLastLinkThatMatchesWins() {
    let slow = LinkModel(from: nodes(0), to: nodes(1, 2), delay: .constant(.milliseconds(9)))
    let slower = LinkModel(from: nodes(0), to: nodes(2), delay: .constant(.milliseconds(20)))
    var lan = network(NetworkModel(name: "lan", delay: .constant(.milliseconds(1)), links: [slow, slower]))
    var arrivals: [VirtualNetwork.Arrival] = []
    lan.transmit(from: NodeID(0), to: NodeSet(first: 4), at: .zero, into: &arrivals)
    let at = { (n: Int) in arrivals.first { $0.receivers.contains(NodeID(n)) }?.at.nanoseconds }
    #expect([at(1), at(2), at(3)] == [9_000_000, 20_000_000, 1_000_000])
  }

  @Test func everyCutTakesWhatItNamesAndCutsCompose() {
    let on = NetworkSet(first: 1)
    var lan = network(NetworkModel(name: "lan"))
    func reach(_ faults: FaultKind...) -> [UInt64] {
      lan.apply(faults.map(fault))
      return lan.reach.map(\.bits)
    }
    #expect(reach() == [0b1110, 0b1101, 0b1011, 0b0111])
    #expect(reach(.oneWayCut(from: nodes(0), to: nodes(1), on)) == [0b1100, 0b1101, 0b1011, 0b0111])
    #expect(reach(.pairCut(nodes(0), nodes(1), on)) == [0b1100, 0b1100, 0b1011, 0b0111])
    #expect(reach(.partition([nodes(0, 1)], on)) == [0b0010, 0b0001, 0b1000, 0b0100])
    #expect(reach(.partition([nodes(0), nodes(1)], on)) == [0, 0, 0b1000, 0b0100])
    #expect(reach(.bridge(nodes(0), nodes(1, 2), by: nodes(3), on)) == [0b1000, 0b1100, 0b1010, 0b0111])
    #expect(reach(.networkDown(on)) == [0, 0, 0, 0])
    #expect(reach(.interfaceDown(nodes(2), on)) == [0b1010, 0b1001, 0, 0b0011])
    #expect(reach(.blockHeartbeats(nodes(2), .into, on)) == [0b1010, 0b1001, 0b1011, 0b0011])
    #expect(reach(.blockHeartbeats(nodes(2), .out, on)) == [0b1110, 0b1101, 0, 0b0111])
    #expect(reach(.blockHeartbeats(nodes(2), .both, on)) == [0b1010, 0b1001, 0, 0b0011])
    #expect(lan.wire.map(\.bits) == [0b1110, 0b1101, 0b1011, 0b0111], "a firewall is behind the wire")
    #expect(
      reach(.pairCut(nodes(0), nodes(1), on), .interfaceDown(nodes(3), on)) == [0b0100, 0b0100, 0b0011, 0])
    #expect(
      reach(.networkDown(NetworkSet(bits: 2))) == [0b1110, 0b1101, 0b1011, 0b0111], "another network")
  }

  @Test func theYoungestLossHoldsAndTheOldOneComesBack() {
    let on = NetworkSet(first: 1)
    var lan = network(NetworkModel(name: "lan"))
    let all = FaultKind.loss(on, uplink: nil, downlink: .independent(1), at: .empty)
    let one = FaultKind.loss(on, uplink: nil, downlink: LossModel.none, at: nodes(1))
    lan.apply([fault(all), fault(one)])
    #expect(heard(&lan, from: 0) == [nodes(1)])
    lan.apply([fault(all)])
    #expect(heard(&lan, from: 0) == [.empty])
    lan.apply([])
    #expect(heard(&lan, from: 0) == [nodes(1, 2, 3)])
    lan.apply([fault(.loss(on, uplink: .independent(1), downlink: nil, at: nodes(2)))])
    #expect(heard(&lan, from: 2) == [.empty])
    #expect(heard(&lan, from: 0) == [nodes(1, 2, 3)])
  }

  @Test func duplicatesAndLateFramesHaveTheirShare() {
    let model = NetworkModel(
      name: "lan", delay: .constant(.milliseconds(1)), duplication: 0.1, reordering: 0.3,
      reorderingDelay: .milliseconds(7))
    var lan = network(model, nodes: 2)
    var arrivals: [VirtualNetwork.Arrival] = []
    let frames = 20_000
    for _ in 0..<frames { lan.transmit(from: NodeID(0), to: nodes(1), at: .zero, into: &arrivals) }
    let late = Double(arrivals.count { $0.at == .zero + .milliseconds(8) })
    let copies = Double(arrivals.count)
    #expect(abs(copies - 1.1 * Double(frames)) < 5 * (0.09 * Double(frames)).squareRoot())
    #expect(abs(late - 0.3 * Double(frames)) < 5 * (0.21 * Double(frames)).squareRoot())
  }

  @Test func aDrawMoreForOnePairShiftsNoOther() {
    let model = NetworkModel(
      name: "lan", delay: .normal(mean: .microseconds(200), sd: .microseconds(50)),
      downlinkLoss: .independent(0.1))
    var (one, other) = (network(model), network(model))
    var (first, second): ([VirtualNetwork.Arrival], [VirtualNetwork.Arrival]) = ([], [])
    for _ in 0..<100 { one.transmit(from: NodeID(3), to: nodes(1), at: .zero, into: &first) }
    first.removeAll()
    for _ in 0..<100 {
      one.transmit(from: NodeID(0), to: nodes(1, 2), at: .zero, into: &first)
      other.transmit(from: NodeID(0), to: nodes(1, 2), at: .zero, into: &second)
    }
    #expect(first.map(\.at) == second.map(\.at) && first.map(\.receivers) == second.map(\.receivers))
    #expect(Set(first.map(\.at)).count > 100, "the delays are drawn")
  }

  @Test func delaysHaveTheirDistributionAndAreNeverNegative() {
    var dice = RandomStream(seed: 3, trial: 0, entity: 0, purpose: .test)
    func mean(_ model: DelayModel) -> Double {
      (0..<20_000).reduce(0.0) { sum, _ in
        let d = model.duration(&dice)
        #expect(d >= .zero)
        return sum + Double(d.nanoseconds)
      } / 20_000 / 1e6
    }
    #expect(mean(.constant(.milliseconds(3))) == 3)
    #expect(abs(mean(.uniform(.milliseconds(1), .milliseconds(3))) - 2) < 0.03)
    #expect(abs(mean(.normal(mean: .milliseconds(5), sd: .milliseconds(1))) - 5) < 0.04)
    // The positive part of a normal with mean 0: sd / sqrt(2 pi).
    #expect(abs(mean(.normal(mean: .zero, sd: .milliseconds(1))) - 0.3989) < 0.03)
    // exp(sigma^2 / 2) times the median.
    #expect(abs(mean(.lognormal(median: .milliseconds(2), sigma: 0.5)) - 2.2663) < 0.06)
  }

  @Test func datagramSlotsAreUsedAgain() {
    var table = DatagramTable()
    let a = table.store([1], deliveries: 2)
    let b = table.store([2], deliveries: 1)
    table.release(a)
    #expect(table[a] == [1] && table[b] == [2] && table.count == 2)
    table.release(a)
    let c = table.store([3], deliveries: 1)
    #expect(c == a)
    #expect(table[a] == [3] && table.count == 2)
  }
}
