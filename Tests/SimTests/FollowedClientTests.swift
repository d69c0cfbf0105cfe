import Engine
import FarmFile
import Testing

@testable import Sim

/// Clients of open flows, followed attempt by attempt, against what the measures say of them.
@Suite struct FollowedClientTests {
  /// When a client sends a segment that is not answered, counted from its first one: each wait is twice the one before.
  private static let attempts: [Duration] = [0, 200, 600, 1400, 3000, 6200, 12600].map { .milliseconds($0) }

  /// A farm of two nodes with one connection alone, and the node that it is open at.
  private static func start() throws -> (farm: TrafficFarm, node: Int) {
    // One client comes within 100 s, and the next one 100 s later.
    var farm = TrafficFarm(
      nodes: 2, duration: .seconds(200),
      TrafficFarm.stream(
        .constant(rate: 0.01),
        flow: FlowModel(duration: .constant(.seconds(1000)), segmentInterval: .seconds(2))))
    for second in 1...100 where farm.traffic.openFlowCount == 0 { farm.run(to: .seconds(second)) }
    let flow = try #require(farm.traffic.flows.records.first { $0.stage == .open }, "nobody came")
    return (farm, Int(flow.node))
  }

  /// Plays a farm whose only event is the one of its connection.
  /// - Returns: when the client sent something.
  private static func play(_ farm: inout TrafficFarm, to end: Instant) -> [Instant] {
    var times: [Instant] = []
    while let next = farm.traffic.queue.nextTime, next < end {
      let sent = farm.traffic.counts.sent
      farm.traffic.run(until: next + .nanoseconds(1), coverage: farm.coverage)
      if farm.traffic.counts.sent > sent { times.append(next) }
    }
    return times
  }

  /// The node has forgotten the connection, and nobody resets it.
  @Test func whoNobodyKnowsSendsSevenTimesAndGivesUp() throws {
    let start = try Self.start()
    var farm = start.farm
    let node = start.node
    let first = try #require(farm.traffic.queue.nextTime)
    farm.traffic.forgetFlows(of: NodeSet(NodeID(node)), at: first)
    let times = Self.play(&farm, to: first + .seconds(20))
    #expect(times == Self.attempts.map { first + $0 })
    let totals = farm.finish((first - Instant.zero) + .seconds(20))
    #expect(totals.longestSilence == Measured(15) && totals.streams[0].longestSilence == Measured(15))
    #expect(totals.packetsLost == 7 && totals.counts.lostOfOpen == 7 && totals.flowsBroken == 1)
    #expect(totals.packetsUnserved == 0)
    // He did not come anew, and so has no outage of one who comes.
    #expect(totals.clientOutageMax == nil && totals.streams[0].longestOutage == nil)
  }

  /// A node takes over and resets what it does not know: the client hears it at its next attempt, and not before.
  @Test func whoIsResetHearsItAtTheNextAttempt() throws {
    let start = try Self.start()
    var farm = start.farm
    let node = start.node
    let first = try #require(farm.traffic.queue.nextTime)
    farm.traffic.forgetFlows(of: NodeSet(NodeID(node)), at: first)
    var times = Self.play(&farm, to: first + .seconds(5))
    farm.serve(node, resetting: { _ in true }, owning: { $0 % 2 == node })
    times += Self.play(&farm, to: first + .seconds(20))
    #expect(times == Self.attempts.prefix(6).map { first + $0 })
    let totals = farm.finish((first - Instant.zero) + .seconds(20))
    #expect(totals.longestSilence == Measured(6.2))
    #expect(totals.packetsLost == 5 && totals.counts.resets == 1 && totals.flowsReset == 1)
  }

  /// The network hides the node for a while: the connection goes on.
  @Test func whoIsAnsweredGoesOn() throws {
    let start = try Self.start()
    var farm = start.farm
    let node = start.node
    let first = try #require(farm.traffic.queue.nextTime)
    farm.coverage.reachable.remove(NodeID(node))
    var times = Self.play(&farm, to: first + .seconds(2))
    farm.coverage.reachable.insert(NodeID(node))
    times += Self.play(&farm, to: first + .milliseconds(3001))
    #expect(Array(times.prefix(5)) == Self.attempts.prefix(5).map { first + $0 })
    let totals = farm.finish((first - Instant.zero) + .milliseconds(3001))
    #expect(totals.longestSilence == Measured(3) && totals.flowsKept == 1 && totals.packetsLost == 4)
  }

  // MARK: In a farm

  /// A node that reboots before the others have missed it: some of its clients are reset while others have its buckets, and
  /// some send only once it has them again, knows nobody and resets nobody.
  private static let reboot = """
    farm: {nodes: 5, virtual_ip: 192.0.2.100, profile: one-second, rules: [{port: 80}]}
    traffic: {arrivals: 100/s, clients: 500}
    faults: [{at: 17300 ms, for: 600 ms, crash: node3}]
    run: {duration: 60 s}
    """

  private struct Client {
    let place: UInt32
    let number: UInt32
    /// When its first segment without an answer was sent; `nil`: there is none.
    var since: UInt64?

    /// When it sends without an answer, and gives up, before a time.
    func steps(before end: UInt64) -> [UInt64] {
      guard let since else { return [] }
      let all = FollowedClientTests.attempts.map { since + UInt64($0.nanoseconds) } + [since + 15_000_000_000]
      return all.filter { $0 < end }
    }
  }

  @Test func theLongestWaitIsThatOfTheClientWhoWaitedLongest() throws {
    let scenario = try Scenario.read(text: Self.reboot, name: "reboot.yaml").get()
    var world = World(scenario, seed: 1, trial: 0, keepsDetails: false)
    world.run(until: .zero + .milliseconds(17_300))
    var clients: [Client] = []
    for (place, flow) in world.traffic.flows.records.enumerated()
    where flow.stage == .open && flow.node == 2 && !flow.isOfTheStart {
      clients.append(Client(place: UInt32(place), number: flow.number))
    }
    #expect(clients.count > 100)
    var longest: UInt64 = 0
    var (steps, broken) = (0, 0)
    // Attempts of one client are 200 ms apart at least, so a look each 10 ms sees each of them.
    for time in stride(from: 17_310, through: 60_000, by: 10) where !clients.isEmpty {
      world.run(until: .zero + .milliseconds(time))
      let now = UInt64(time) * 1_000_000
      var left: [Client] = []
      for client in clients {
        var client = client
        let flow = world.traffic.flows[client.place]
        if flow.stage == .open, flow.number == client.number {
          client.since = flow.since == .max ? nil : flow.since
          #expect(Int(flow.tries) == client.steps(before: now).count)
          steps += Int(flow.tries)
          left.append(client)
        } else if let since = client.since {
          let end = try #require(client.steps(before: now).last)
          #expect(end >= now - 10_000_000, "it went when it did nothing")
          longest = max(longest, end - since)
          broken += end - since == 15_000_000_000 ? 1 : 0
        }
      }
      clients = left
    }
    #expect(clients.isEmpty && steps > 1000 && broken > 0)
    let result = world.finish(isPartial: false)
    #expect(result[.flowOutageMax] == Measured(Double(longest) / 1e9))
    #expect(result[.flowsBroken] == Measured(Double(broken)))
  }

  /// Packets are lost long after every bucket has its owner again: the page says why.
  @Test func thePageSaysWhySegmentsAreLostThoughEveryBucketIsWhole() throws {
    let run = try PlayedCase(Self.reboot)
    #expect(run.result.unsettled.count == 0)
    #expect(
      run.page.contains(
        " segments were lost although their bucket had an owner: that node does not know the connection, and another may "
          + "still have it, so that nobody resets it until that is settled, or its client gives up after 15 s."
      ),
      "\(run.page)"
    )
    let streams = run.result.outcome.streams.map(\.counts)
    let unknown = streams.reduce(0) { $0 + $1.lostUnknown }
    #expect(unknown > 0 && run.page.contains(" \(Readable.count(unknown, "segment")) were lost although "))
    // Who got no answer is no exception that goes unsaid.
    let gaveUp = streams.reduce(0) { $0 + $1.broken - $1.unnoticed }
    #expect(gaveUp > 0 && streams.allSatisfy { $0.stalled + $0.unnoticed + $0.silent == 0 })
    // Whoever was answered only when a segment was sent again is told of as well, but not if there was nobody.
    let verb = streams.contains { $0.answeredLate > 0 } ? "answered or reset" : "reset"
    #expect(streams.contains { $0.resetLate > 0 })
    #expect(
      run.page.contains(
        "sent again until a node \(verb) the connection, or they gave up after 15 s (\(Readable.count(gaveUp, "client")))."
      ), "\(run.page)")
    #expect(run.page.contains("No client of an open connection was without an answer for longer than 15 s."))
  }
}
