import Engine

/// Somebody on the segment who has recorded every heartbeat and sends from any address what he likes.
struct Attacker {
  /// Oldest first, with the node that sent it.
  private(set) var recorded: [(node: Int, bytes: [UInt8])] = []

  /// Takes over the heartbeats since the last call.
  /// - Precondition: every node of the farm is watched.
  mutating func listen(to farm: inout TestFarm) {
    for record in farm.records {
      for case .send(let transmission) in record.actions where !transmission.isRelayed {
        recorded.append((record.node, transmission.bytes))
      }
    }
    farm.records = []
  }

  func said(by node: Int) -> [[UInt8]] { recorded.filter { $0.node == node }.map(\.bytes) }

  /// The newest heartbeat of a node.
  func newest(of node: Int) -> [UInt8] { recorded.last { $0.node == node }?.bytes ?? [] }

  /// A farm that is recorded from its start.
  static func farm(_ nodes: Int, buckets: Int = 64, _ change: (inout Settings) -> Void = { _ in }) -> TestFarm
  {
    var settings = Settings(nodeCount: nodes, groups: [GroupSettings(bucketCount: buckets)])
    change(&settings)
    var farm = TestFarm(settings)
    for i in 0..<nodes { farm.machines[i].isWatched = true }
    return farm
  }

  /// A farm that is up, and an attacker who has recorded this much of it.
  static func recorded(
    _ nodes: Int, for length: Duration = .seconds(3), _ change: (inout Settings) -> Void = { _ in }
  ) -> (farm: TestFarm, attacker: Attacker) {
    var farm = Attacker.farm(nodes, change)
    var attacker = Attacker()
    farm.startAll()
    farm.run(for: length)
    attacker.listen(to: &farm)
    farm.notices = []
    return (farm, attacker)
  }

  /// Sends a datagram to one node, as from the address of another.
  static func send(_ bytes: [UInt8], to node: Int, from address: Int, in farm: inout TestFarm) {
    farm.give(node, .datagram(Datagram(bytes: bytes, from: NodeID(address), network: NetworkID(0))))
  }

  /// A heartbeat with other numbers, which only somebody with the key can make.
  static func forge(
    _ bytes: [UInt8], incarnation: UInt64? = nil, sequence: UInt64? = nil, epoch: UInt64? = nil
  ) -> [UInt8] {
    var forged = bytes
    for (at, number) in [(24, incarnation), (32, sequence), (40, epoch)] {
      guard let number else { continue }
      for i in 0..<8 { forged[at + i] = UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * i)) }
    }
    return forged
  }
}
