import Engine
import Testing

@Suite("Authentic datagrams that are sent again")
struct NodeReplayTests {
  /// A farm that has run for three seconds, and what one node said meanwhile.
  static func recorded(_ node: Int) -> (farm: TestFarm, said: [[UInt8]]) {
    var farm = NodeLifeTests.farm(3)
    farm.watched[node] = true
    farm.startAll()
    farm.run(for: .seconds(3))
    var said: [[UInt8]] = []
    for record in farm.records where record.node == node {
      for case .send(let transmission) in record.actions where !transmission.isRelayed {
        said.append(transmission.bytes)
      }
    }
    #expect(said.count > 20)
    return (farm, said)
  }

  /// Sends every recorded datagram again, in order, to all nodes that run.
  static func replay(_ said: [[UInt8]], from node: Int, into farm: inout TestFarm) {
    for bytes in said {
      for i in farm.nodes.indices where farm.running[i] {
        farm.give(i, .datagram(Datagram(bytes: bytes, from: NodeID(node), network: NetworkID(0))))
      }
      farm.run(for: .milliseconds(30)) { #expect($0.doubles() == 0) }
    }
  }

  @Test("Of a running node they change nothing")
  func sameLife() {
    var (farm, said) = NodeReplayTests.recorded(1)
    let before = NodeLifeTests.viewChanges(farm)
    NodeReplayTests.replay(said, from: 1, into: &farm)
    #expect(farm.isWhole && NodeLifeTests.viewChanges(farm) == before)
  }

  @Test("Of a former life of a node that is up again they change nothing, for itself neither")
  func formerLife() {
    var (farm, said) = NodeReplayTests.recorded(1)
    farm.crash(1)
    farm.run(for: .seconds(1))
    farm.start(1)
    farm.run(for: .seconds(3))
    #expect(farm.isWhole && farm.nodes[1].status == .up)
    let before = NodeLifeTests.viewChanges(farm)
    NodeReplayTests.replay(said, from: 1, into: &farm)
    #expect(farm.isWhole && farm.nodes[1].status == .up && NodeLifeTests.viewChanges(farm) == before)
  }

  @Test("Of a node that is gone they do not bring it back, not even before one that has restarted")
  func gone() {
    var (farm, said) = NodeReplayTests.recorded(1)
    farm.crash(1)
    farm.run(for: .seconds(2))
    farm.crash(2)
    farm.run(for: .seconds(1))
    farm.start(2)
    NodeReplayTests.replay(said, from: 1, into: &farm)
    farm.run(for: .seconds(1))
    #expect(farm.nodes[2].status == .up)
    #expect(farm.nodes[2].view.members == NodeSet(bits: 0b101))
    #expect(farm.filters[0][0].count + farm.filters[2][0].count == 64)
  }
}
