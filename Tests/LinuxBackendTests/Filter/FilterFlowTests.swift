import Engine
import FarmFile
import Foundation
import LinuxBackend
import TestSupport
import Testing

/// TCP connections to a real server behind the filter.
@Suite(.enabled(if: Sandbox.isPossible, "needs root, nftables and /dev/net/tun"), .inTime)
struct FilterFlowTests {
  static let settings = Settings(
    nodeCount: 2, groups: [GroupSettings(bucketCount: 64, hashSeed: 9)],
    rules: [
      FilterRule(transport: .tcp, ports: [PortRange(80, 80)], group: GroupID(0), identity: .addressPort)
    ])
  static let all = [BucketSet.all(capacity: 64)]
  static let none = [BucketSet(capacity: 64)]

  /// This many flows, all in the node's own buckets.
  static func flows(_ inside: Int) -> [TrackedFlows] {
    [TrackedFlows(inside: inside, outside: 0, bucketsOutside: none[0])]
  }

  static let families = [true, false]

  static func commit(_ owned: [BucketSet], resets: [BucketSet] = none) -> FilterCommit {
    FilterCommit(number: CommitNumber(1), owned: owned, resets: resets)
  }

  static func client(_ sandbox: Sandbox, _ n: UInt32, isIPv4: Bool) -> TCPClient {
    TCPClient(
      sandbox, isIPv4 ? IPAddress(v4: 0x0b00_0000 + n) : IPAddress(v6: 0x2001_0db8_0000_0000, UInt64(n)),
      virtualIP: Sandbox.virtualIPs[isIPv4 ? 0 : 2])
  }

  /// A server behind a filter that owns every bucket.
  static func open(_ sandbox: Sandbox) throws -> (NftablesFilter, server: Int32) {
    let filter = try NftablesFilter(settings: settings, virtualIPs: Sandbox.virtualIPs, table: "farm")
    try filter.install()
    try filter.renewLease(for: .seconds(3600))
    try filter.commit(commit(all))
    return (filter, try TCPClient.listen())
  }

  /// New connections and unknown segments do not come through.
  @Test(arguments: families)
  func aTrackedConnectionOutlivesTheLossOfItsBucketAndNewOnesDoNot(isIPv4: Bool) throws {
    let outcome = try Sandbox.run { sandbox in
      let (filter, server) = try Self.open(sandbox)
      defer { close(server) }
      var old = Self.client(sandbox, 1, isIPv4: isIPv4)
      var results: [String: Bool] = ["opens": old.open(), "alive": old.isAlive()]
      try filter.commit(Self.commit(Self.none))
      results["alive without the bucket"] = old.isAlive()
      var new = Self.client(sandbox, 2, isIPv4: isIPv4)
      results["new refused"] = new.send([.syn]).isEmpty
      results["unknown unanswered"] = new.send([.ack]).isEmpty
      try filter.commit(Self.commit(Self.none, resets: Self.all))
      results["unknown reset"] = new.send([.ack]) == [[.reset]]
      results["unknown FIN reset"] = new.send([.fin]) == [[.reset, .ack]]
      results["SYN not reset"] = new.send([.syn]).isEmpty
      results["SYN with FIN reset"] = new.send([.syn, .fin]) == [[.reset, .ack]]
      results["RST unanswered"] = new.send([.reset]).isEmpty && new.send([.reset, .ack]).isEmpty
      results["alive among resets"] = old.isAlive()
      results["SYN of the open connection refused"] = old.send([.syn]).isEmpty
      return results
    }
    #expect(outcome.filter { !$0.value }.isEmpty)
  }

  @Test(arguments: families)
  func anErrorAboutTCPComesThroughOnlyWhereTheFlowIsTracked(isIPv4: Bool) throws {
    let seen = try Sandbox.run { sandbox in
      let (filter, server) = try Self.open(sandbox)
      defer { close(server) }
      var client = Self.client(sandbox, 1, isIPv4: isIPv4)
      _ = client.open()
      try sandbox.installProbe(isEnd: false)
      try filter.commit(Self.commit(Self.none, resets: Self.all))
      _ = sandbox.received()
      for (number, port) in [(1, client.port), (2, client.port + 1)] {
        let error = Packet(
          source: client.address, sourcePort: port, destination: client.virtualIP, destinationPort: 80,
          kind: .icmpError(.tcp))
        sandbox.send(PacketBytes.of(error, number: UInt16(number)))
      }
      let isSilent = sandbox.received().isEmpty
      try filter.commit(Self.commit(Self.all))
      return (try sandbox.seen(), isSilent)
    }
    #expect(seen.0 == [1])
    #expect(seen.1)
  }

  @Test(arguments: families)
  func theEndOfTheLeaseForgetsTheFlowsAndNothingBringsThemBack(isIPv4: Bool) throws {
    let outcome = try Sandbox.run { sandbox in
      let (filter, server) = try Self.open(sandbox)
      defer { close(server) }
      let counter = FlowCounter(settings: Self.settings, virtualIPs: Sandbox.virtualIPs)
      var client = Self.client(sandbox, 1, isIPv4: isIPv4)
      var results: [String: Bool] = ["opens": client.open()]
      results["counted"] = try counter.count(owned: Self.all) == Self.flows(1)
      try filter.endLease()
      results["none counted"] = try counter.count(owned: Self.all) == Self.flows(0)
      results["dead without lease"] = client.isAlive() == false
      try filter.renewLease(for: .seconds(100))
      // Segments with data from the server must not start the tracking anew either.
      let taken = accept(server, nil, nil)
      defer { close(taken) }
      _ = write(taken, "hello", 5)
      results["server still speaks"] = sandbox.received().contains { $0.count > 44 }
      results["dead with lease"] = client.isAlive() == false
      results["others open"] = Self.client(sandbox, 1, isIPv4: isIPv4).port == 4000
      var other = Self.client(sandbox, 7, isIPv4: isIPv4)
      results["opens again"] = other.open() && other.isAlive()
      return results
    }
    #expect(outcome.filter { !$0.value }.isEmpty)
  }

  @Test(arguments: families)
  func afterALeaseThatWasOnlyClosedTheNextBeginsWithoutItsFlows(isIPv4: Bool) throws {
    let outcome = try Sandbox.run { sandbox in
      let (filter, server) = try Self.open(sandbox)
      defer { close(server) }
      let counter = FlowCounter(settings: Self.settings, virtualIPs: Sandbox.virtualIPs)
      var client = Self.client(sandbox, 1, isIPv4: isIPv4)
      var results: [String: Bool] = ["opens": client.open()]
      try filter.closeLease()
      results["dead without lease"] = client.isAlive() == false
      results["still tracked"] = try counter.count(owned: Self.all) == Self.flows(1)
      try filter.renewLease(for: .seconds(100))
      results["forgotten"] = try counter.count(owned: Self.all) == Self.flows(0)
      results["dead with lease"] = client.isAlive() == false
      return results
    }
    #expect(outcome.filter { !$0.value }.isEmpty)
  }

  @Test func connectionsAreCountedByBucketFromAnyThreadAndOfOurServicesAlone() throws {
    let outcome = try Sandbox.run { sandbox in
      let (filter, server) = try Self.open(sandbox)
      defer { close(server) }
      try sandbox.shell("ip addr add 10.77.0.9/32 dev tun0")
      var half = BucketSet(capacity: 64)
      for b in 0..<32 { half.insert(Bucket(b)) }
      let rules = RuleSet(Self.settings)
      var inside = 0
      var outside = BucketSet(capacity: 64)
      for n in 0..<40 {
        var client = Self.client(sandbox, UInt32(n), isIPv4: n % 2 == 0)
        guard client.open() else { continue }
        let match = rules.match(.tcp, destination: client.virtualIP, port: 80)!
        let bucket = match.bucket(address: client.address, port: client.port)
        if half.contains(bucket) { inside += 1 } else { outside.insert(bucket) }
      }
      var stranger = TCPClient(sandbox, IPAddress(v4: 0x0b00_0001), virtualIP: IPAddress(v4: 0x0a4d_0009))
      _ = stranger.open()
      // One that has only asked, and below one that is over.
      var closing = Self.client(sandbox, 100, isIPv4: true)
      _ = closing.open()
      closing.send([.reset, .ack])
      let counter = FlowCounter(settings: Self.settings, virtualIPs: Sandbox.virtualIPs)
      nonisolated(unsafe) var counts: [TrackedFlows]?
      let isDone = DispatchSemaphore(value: 0)
      let owned = [half]
      Thread {
        counts = try? counter.count(owned: owned)
        isDone.signal()
      }.start()
      isDone.wait()
      let before = counts
      try filter.endLease()
      let isShown = before?.first?.bucketsOutside == outside
      let others = try sandbox.shell("cat /proc/net/nf_conntrack 2>/dev/null || conntrack -L 2>/dev/null")
      return (before, inside, others.contains("dst=10.77.0.9"), others.contains("dst=10.77.0.100"), isShown)
    }
    #expect(outcome.0?.first?.inside == outcome.1 && outcome.0?.first?.outside == 40 - outcome.1)
    #expect(outcome.4, "the buckets of the flows outside")
    #expect(outcome.1 > 8 && outcome.1 < 32)
    #expect(outcome.2 && !outcome.3)
  }
}
