import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import Synchronization
import TestSupport
import Testing

@testable import Lab

/// Others on the segment: another farm, somebody who floods it, a node with the wrong key.
@Suite(.needsRealFarm, .serialized)
struct ProofHostileTests {
  /// What every check demands of the farm: nothing of it has changed since a moment.
  private func expectUnchanged(
    _ proof: ProofFarm, since before: [ProofStanding], from start: Instant, _ what: String
  ) throws {
    let end = MonotonicClock.now
    let after = try before.indices.map { try ProofStanding(proof.status(NodeID($0))) }
    #expect(after == before, "\(what): \(proof.farm.logs)")
    let owners = ProofOwnership(proof.history(), from: start, until: end, proof.farm)
    #expect(owners.isUnchanged, "\(what)")
  }

  private func standing(_ proof: ProofFarm) throws -> [ProofStanding] {
    try proof.farm.nodes.map { try ProofStanding(proof.status($0)) }
  }

  private func dropped(_ proof: ProofFarm, _ node: NodeID) throws -> [String: Int] {
    Dictionary(
      uniqueKeysWithValues: try proof.status(node).heartbeats.dropped.map { ($0.name, Int($0.count)) })
  }

  // MARK: Another farm

  static let otherFarm = """
    farm:
      id: 2
      nodes: 2
      virtual_ip: 10.77.0.200
      groups: {web: {buckets: 64}}
      rules: [{protocol: udp, port: 5399, identity: address_port}]
    linux:
      interfaces: {lan: eth0}
      addresses: {node1: {lan: 10.77.0.101}, node2: {lan: 10.77.0.102}}
      key_file: /run/key
      metrics: 'no'
    """

  @Test func twoFarmsOnOneSegmentDoNotNoticeEachOther() throws {
    let proof = try ProofFarm(ProofDrainTests.text)
    let before = try standing(proof)
    let start = MonotonicClock.now
    // The same key, so that only their numbers tell the farms apart.
    try proof.farm.house.write(Self.otherFarm, to: "other.yaml")
    let watch = try FilterWatch(table: "farmd", bucketCounts: [64])
    var children: [ChildProcess] = []
    var strangers: [Stranger] = []
    for node in 0..<2 {
      let stranger = try Stranger(101 + node, on: proof.network)
      strangers.append(stranger)
      try watch.add(NodeID(node), namespace: stranger.machine.descriptor)
      children.append(
        try proof.farm.house.start(
          BuiltProgram.farmsim.path, ["lab-server", "--node", "\(node + 10)", "udp/10.77.0.200/5399"],
          in: stranger.machine, log: "other\(node).server.log"))
      children.append(
        try proof.farm.house.start(
          Proof.farmd,
          [
            "run", "--config", "/run/other.yaml", "--node", "node\(node + 1)", "--set",
            "linux.run_directory=/run/other\(node)", "--set", "linux.state_directory=/run/other\(node).state",
          ], in: stranger.machine, log: "other\(node).farmd.log"))
    }
    func owned() -> [Int] {
      let now = MonotonicClock.now
      return (0..<2).map { node in
        let state = watch.current()[NodeID(node)]?.state(at: now)
        return state?.hasLease == true ? state!.owned[0].count : 0
      }
    }
    try proof.wait(20, for: "the other farm") { owned() == [32, 32] }
    Proof.sleep(Proof.seconds(short: 1.5, long: 30))
    // Each farm answers its own clients once.
    let lookup = OwnerLookup(farm: try Self.farm(Self.otherFarm), rule: 0, down: .empty)
    var random = SplitMix64(state: 7)
    let asks = (0..<200).map { _ in
      ProofAsk(
        transport: .udp, source: IPAddress(v4: 0x0b00_0000 + UInt32(random.next() % 0x4000_0000)), port: 4000,
        virtualIP: IPAddress(v4: 0x0a4d_00c8), destination: 5399)
    }
    _ = try ProofAsk.answers([asks[0]], in: proof.clients)
    for (ask, nodes) in zip(asks, try ProofAsk.answers(asks, in: proof.clients)) {
      #expect(nodes == [lookup.node(of: lookup.bucket(of: ask.source, port: ask.port))!.index + 10])
    }
    let own = try ProofAsk.answers(ProofAsk.everyBucket(proof.scenario.farm), in: proof.clients)
    #expect(own.allSatisfy { $0?.count == 1 && $0![0] < 4 })
    #expect(owned() == [32, 32])
    try expectUnchanged(proof, since: before, from: start, "another farm")
    for node in proof.farm.nodes {
      #expect(try dropped(proof, node)["unknown_source"]! > 10, "heartbeats of the other farm are heard")
    }
    Proof.say("two farms: drops \(try dropped(proof, NodeID(0)))")
    for child in children { child.kill() }
    watch.stop()
  }

  private static func farm(_ text: String) throws -> Farm {
    try DaemonFile.read(text: text, file: "other").get().farm
  }

  // MARK: A flood

  @Test func twentyThousandHostileDatagramsASecondChangeNothing() throws {
    var stranger: Stranger?
    var socket: FrameSocket?
    // Recorded from the first heartbeat on, so that replays have all ages.
    let proof = try ProofFarm(ProofDrainTests.text) { farm in
      stranger = try Stranger(100, on: farm.network)
      socket = try FrameSocket("eth0", in: stranger!.machine)
    }
    Proof.sleep(1)
    let heartbeats = socket!.heard().compactMap(HeartbeatDatagram.init(frame:))
    #expect(Set(heartbeats.map(\.source)).count == 4 && heartbeats.count > 60)
    // The farm works for a while, so that its memory has grown to its usual size.
    let batches = Self.batches(heartbeats)
    let seconds = Proof.seconds(short: 2.5, long: 30)
    // Daemons without optimization and the sender share the cores with everything else.
    let rate = Proof.isDebug ? 2000.0 : 20_000
    flood(socket!, batches, perSecond: rate, seconds: seconds / 5, from: stranger!)
    let before = try standing(proof)
    let droppedBefore = try proof.farm.nodes.map { try dropped(proof, $0) }
    let memoryBefore = try proof.farm.nodes.map { try proof.memory($0) }
    let start = MonotonicClock.now
    let sent = flood(socket!, batches, perSecond: rate, seconds: seconds, from: stranger!)
    let took = Double((MonotonicClock.now - start).nanoseconds) * 1e-9
    // The last datagrams need time to be read.
    Proof.sleep(0.3)
    try expectUnchanged(proof, since: before, from: start, "a flood")
    #expect(Double(sent) / took > rate * 0.9, "\(sent) in \(took) s")
    for node in proof.farm.nodes {
      let counts = try dropped(proof, node).map {
        ($0.key, $0.value - droppedBefore[node.index][$0.key]!)
      }
      for (name, count) in counts
      where ["unknown_source", "malformed", "foreign_farm", "bad_mac", "stale"].contains(name) {
        #expect(count > sent / 100, "\(name): \(count)")
      }
      let all = counts.map(\.1).reduce(0, +)
      let expected = Int(Double(sent) * Self.share(batches, heardBy: node))
      #expect(all > expected * 95 / 100, "\(all) of \(expected) are counted")
      let growth = try proof.memory(node) - memoryBefore[node.index]
      #expect(growth < 4 << 20, "\(growth) bytes more")
      Proof.say(
        "flood, \(proof.farm.name(node)): \(sent) sent in \(took) s, dropped \(counts.sorted { $0.0 < $1.0 }), memory "
          + "\(memoryBefore[node.index] >> 10) KiB before, \(growth >> 10) KiB more")
    }
  }

  /// Forty batches, with the same share of each kind of hostile datagram.
  private static func batches(_ heartbeats: [HeartbeatDatagram]) -> [FrameBatch] {
    var random = SplitMix64(state: 11)
    func anything(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
    return (0..<40).map { _ in
      var batch = FrameBatch()
      for kind in 0..<50 {
        var datagram = heartbeats.randomElement(using: &random)!
        let node: [UInt8] = [10, 77, 0, UInt8(1 + random.next() % 4)]
        switch kind % 6 {
        case 0:
          datagram = HeartbeatDatagram(
            source: [10, 77, 0, UInt8(20 + random.next() % 200)], payload: anything(300))
        // Forged: from the address of a node.
        case 1: datagram = HeartbeatDatagram(source: node, payload: anything(Int(random.next() % 1400)))
        // An old heartbeat as it was, or as another node relays it.
        case 2: break
        case 3: datagram.source = node
        // A heartbeat of another farm, and one with changed content.
        case 4: datagram.payload[11] ^= 0x55
        default:
          let place = 12 + Int(random.next() % UInt64(datagram.payload.count - 12))
          datagram.payload[place] ^= 1 << UInt8(random.next() % 8)
        }
        batch.append(datagram.frame)
      }
      return batch
    }
  }

  /// The share of the frames that a node counts. The kernel drops those with the node's own address, and its own
  /// heartbeats that come back are no loss.
  private static func share(_ batches: [FrameBatch], heardBy node: NodeID) -> Double {
    var (all, counted) = (0, 0)
    for batch in batches {
      var start = 0
      for length in batch.lengths {
        let frame = Array(batch.bytes[start..<start + Int(length)])
        start += Int(length)
        all += 1
        guard let datagram = HeartbeatDatagram(frame: frame) else { continue }
        let number = UInt8(node.index + 1)
        let isOwn =
          datagram.payload.count > 80 && datagram.payload.starts(with: [0x46, 0x48])
          && datagram.payload[6] == UInt8(node.index)
        if datagram.source != [10, 77, 0, number] && !isOwn { counted += 1 }
      }
    }
    return Double(counted) / Double(all)
  }

  /// - Returns: how many datagrams were sent.
  @discardableResult private func flood(
    _ socket: FrameSocket, _ batches: [FrameBatch], perSecond: Double, seconds: Double,
    from stranger: Stranger
  ) -> Int {
    stranger.machine.run {
      // A busy machine gives the attacker less time than daemons with real-time priority.
      _ = RealTime.raisePriority()
      return Self.flood(socket, batches, perSecond: perSecond, seconds: seconds)
    }
  }

  private static func flood(
    _ socket: FrameSocket, _ batches: [FrameBatch], perSecond: Double, seconds: Double
  ) -> Int {
    let start = MonotonicClock.now
    var sent = 0
    while true {
      let now = Double((MonotonicClock.now - start).nanoseconds) * 1e-9
      if now >= seconds { return sent }
      var i = 0
      while Double(sent) < now * perSecond {
        sent += socket.send(batches[(sent / 50 + i) % batches.count])
        i += 1
      }
      usleep(1000)
    }
  }

  // MARK: A wrong key

  @Test func aNodeWithTheWrongKeyChangesNothing() throws {
    let proof = try ProofFarm(ProofDrainTests.text)
    let node = NodeID(3)
    proof.farm.daemons[3]!.kill()
    try proof.wait(10, for: "a farm of three") {
      try proof.status(NodeID(0)).groups[0].claims[3] == 0 && proof.farm.isWhole
    }
    try proof.waitUntilWhole()
    let right = try #require(proof.farm.house.read(NodeFile.keyName))
    try proof.farm.house.write(NodeFile.key, to: NodeFile.keyName, mode: 0o600)
    let before = try (0..<3).map { try ProofStanding(proof.status(NodeID($0))) }
    let start = MonotonicClock.now
    try proof.farm.startDaemon(node)
    Proof.sleep(Proof.seconds(short: 3, long: 30))
    let after = try (0..<3).map { try ProofStanding(proof.status(NodeID($0))) }
    #expect(after == before, "\(proof.farm.logs)")
    #expect(try proof.status(node).status == "listening")
    let filter = proof.farm.watch.current()[node]?.state(at: MonotonicClock.now)
    #expect(filter?.hasLease != true, "it accepts nothing")
    let owners = ProofOwnership(proof.history(), from: start, until: MonotonicClock.now, proof.farm)
    #expect(owners.longestDouble == .zero && owners.longestHole == .zero, "\(owners.double)")
    // It knows nothing of the farm but that there is one, and reports that.
    #expect(try dropped(proof, node)["bad_mac"]! > 50)
    #expect(try proof.status(node).events.first { $0.name == "unauthenticated" }!.count >= 1)
    Proof.say(
      "wrong key: it drops \(try dropped(proof, node)["bad_mac"]!), the others "
        + "\(try (0..<3).map { try dropped(proof, NodeID($0))["bad_mac"]! }); views and ownership unchanged")
    // With the right key it joins.
    proof.farm.daemons[3]!.kill()
    try proof.farm.house.write(right, to: NodeFile.keyName, mode: 0o600)
    try proof.farm.startDaemon(node)
    try proof.wait(15, for: "its share") {
      proof.farm.watch.current()[node]?.state(at: MonotonicClock.now).owned[0].count == 64
    }
  }
}
