import Engine
import Foundation
import TestSupport
import Testing

@testable import Sim

/// An answer on a random run is true: each test computes what it claims a second time, from the owners over time and from
/// each client.
@Suite struct AnswerTruthTests {
  static let nodes = ["node1", "node2", "node3"]

  /// Faults that end while the run lasts, and some that do not.
  private static func plan(_ dice: inout SplitMix64) -> String {
    let node = nodes[dice.next(below: 3)]
    let at = 6000 + dice.next(below: 9000)
    let length = dice.next(below: 3) == 0 ? "" : "for: \(1 + dice.next(below: 4000)) ms, "
    let what = [
      "crash: \(node)", "pause: \(node)", "stall: \(node)", "kill: \(node)", "leave: \(node)",
      "stop: \(node)",
      "drain: {nodes: \(node), deadline: \(dice.next(below: 2000)) ms}", "crash: all",
      "interface_down: {node: \(node), network: lan}", "loss: {downlink: 100 %, receivers: \(node)}",
      "loss: {uplink: 100 %, senders: \(node)}", "loss: 20 %", "partition: [[node1], [node2, node3]]",
      "weight: {node: \(node), group: web, weight: \(dice.next(below: 150))}", "application_crash: \(node)",
      "application_hang: \(node)", "one_way_cut: {from: node1, to: node2}", "commit_failure: \(node)",
      "crash: all", "crash: all",
    ]
    return "{at: \(at) ms, \(length)\(what[dice.next(below: what.count)])}"
  }

  private static func scenario(_ dice: inout SplitMix64) -> Scenario? {
    let faults = (0..<1 + dice.next(below: 3)).map { _ in plan(&dice) }
    let traffic = [
      "{arrivals: 40/s, clients: 200, flow: {duration: {exponential: 2 s}, segment_interval: 300 ms}}",
      "{rule: dns, arrivals: 60/s, clients: 100}",
      "{rule: rtp, arrivals: 5/s, flow: {duration: {exponential: 2 s}, segment_interval: 200 ms, patience: 1 s}}",
    ]
    let streams = traffic.filter { _ in dice.next(below: 2) == 0 }
    let about =
      dice.next(below: 2) == 0
      ? "" : "about: \(Subject.allCases[dice.next(below: Subject.allCases.count)].rawValue)\n"
    let text = """
      \(about)farm:
        nodes: 3
        virtual_ip: 192.0.2.100
        profile: fast
        groups: {web: {buckets: 16}, udp: {buckets: 8}}
        rules:
          - {port: 80, group: web, identity: address_port}
          - {protocol: udp, port: 53, group: udp, name: dns}
          - {protocol: udp, port: 5004, group: udp, name: rtp}
      traffic: [\(streams.map { $0.contains("rule") ? $0 : "{rule: 80, " + $0.dropFirst() }.joined(separator: ", "))]
      faults: [\(faults.joined(separator: ", "))]
      run: {duration: \(13 + dice.next(below: 3)) s, seed: \(dice.next(below: 1000))}
      """
    return try? Scenario.read(text: text, name: "random.yaml").get()
  }

  /// What the owners over time say of all groups together.
  private struct Owners {
    var formed: Instant?
    var longestUnserved = 0.0
    var longestDouble = 0.0
    var unserved = 0
    /// Those of them that have an owner, whose application does not serve.
    var leftAlone = 0
    var doubled = 0
    var hasMoved = false
    /// Buckets whose last only owner is another than it was before the first fault.
    var away = 0

    private static func isLeft(_ change: OwnershipHistory.Stretch) -> Bool {
      change.owners.isEmpty || change.isUnserved
    }

    init(_ result: TrialResult, firstFault: Duration) {
      let histories = result.ownership.map { OwnershipHistory($0, end: result.end) }
      // The farm has formed once every bucket of every group has exactly one owner.
      let instants = Set(result.ownership.flatMap { $0.changes.map(\.at) }).sorted()
      formed = instants.first { at in
        histories.allSatisfy { history in
          (0..<history.bucketCount).allSatisfy { b in
            history.changes[b].last { $0.at <= at }?.owners.count == 1
          }
        }
      }
      for history in histories {
        for list in history.changes {
          let alone = list.filter { $0.owners.count == 1 }
          guard let home = alone.last(where: { $0.at < .zero + firstFault }) else { continue }
          away += alone.last?.owners == home.owners ? 0 : 1
        }
        for list in history.changes {
          var owner: NodeID?
          var (emptySince, emptyUntil) = (Instant.zero, Instant.zero)
          for (i, change) in list.enumerated() {
            let until = i + 1 < list.count ? list[i + 1].at : result.end
            let isLast = i + 1 == list.count
            if let formed, change.at >= formed, Owners.isLeft(change) {
              // A hole that becomes unreached, or whose next owner does not serve, is one outage to clients, and so are
              // two with less than a millisecond between them.
              let isBrief = emptyUntil > formed && change.at < emptyUntil + .milliseconds(1)
              let since = i > 0 && Owners.isLeft(list[i - 1]) || isBrief ? emptySince : change.at
              (emptySince, emptyUntil) = (since, until)
              longestUnserved = max(longestUnserved, (until - since).seconds)
              unserved += isLast ? 1 : 0
              leftAlone += isLast && change.isUnserved ? 1 : 0
            }
            switch change.owners.count {
            case 0: break
            case 1:
              if let owner, let formed, change.at > formed, owner != change.owners.first { hasMoved = true }
              owner = change.owners.first
            default:
              longestDouble = max(longestDouble, (until - change.at).seconds)
              doubled += isLast ? 1 : 0
            }
          }
        }
      }
    }
  }

  private static func number(_ text: Substring) -> Int {
    Int(text.replacing(",", with: "")) ?? (text == "one" ? 1 : 0)
  }

  /// A time in words, in seconds.
  private static func seconds(_ number: Substring, _ unit: Substring) -> Double {
    let factor = ["s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9][String(unit)]!
    return Double(number.replacing(",", with: ""))! * factor
  }

  /// Whether a number with three digits says a value.
  private static func isSaid(_ value: Double, by words: Double) -> Bool {
    abs(value - words) <= max(value, words) * 0.006 + 1e-9
  }

  @Test(arguments: 0..<4)
  func everyClaimOfAnAnswerHoldsOfTheRun(lane: Int) throws {
    var dice = SplitMix64(state: UInt64(lane) &+ 77)
    var (played, lost, holes, never) = (0, 0, 0, 0)
    while played < 40 {
      guard let scenario = Self.scenario(&dice) else { continue }
      played += 1
      let result = Simulation.run(
        scenario, seed: scenario.run.seed, trial: 0, keepsDetails: true, control: RunControl())
      let answer = Report.answer(scenario: scenario, result: result, trials: [])
      let owners = Owners(result, firstFault: scenario.faults[0].at)
      let comment: Comment = "\(answer)\n\(scenario.faults)"
      #expect(result.formedAt == owners.formed, comment)
      try claimsOfBuckets(
        answer, owners, twice: result[.packetsTwice]?.value ?? 0, scenario, comment)
      try claimsOfClients(answer, result, scenario, comment)
      lost += answer.contains(" lost with ") ? 1 : 0
      holes += answer.contains("was served again") || answer.contains("for longer than") ? 1 : 0
      never += answer.contains(" still had ") ? 1 : 0
      // Text, JSON and page say the same, with details or without.
      let bare = Simulation.run(
        scenario, seed: scenario.run.seed, trial: 0, keepsDetails: false, control: RunControl())
      #expect(Report.answer(scenario: scenario, result: bare, trials: []) == answer)
      let text = TextSummary.text(scenario: scenario, result: bare, trials: [], usesColour: false)
      #expect(text.contains("\n\(answer)\n"))
    }
    #expect(lost > 3 && holes > 10 && never > 0, "a test that meets nothing proves nothing")
  }

  private func claimsOfBuckets(
    _ answer: String, _ owners: Owners, twice: Double, _ scenario: Scenario, _ comment: Comment
  ) throws {
    if answer.contains("none was ever without one")
      || answer.contains("no bucket changed its owner or was without one")
      || answer.contains("every bucket kept an owner all the time")
    {
      #expect(owners.longestUnserved == 0, comment)
    }
    if answer.contains("no bucket changed its owner") { #expect(!owners.hasMoved, comment) }
    if answer.contains(/[Nn]o bucket moved to another node after/) { #expect(!owners.hasMoved, comment) }
    if answer.contains(/every bucket had the owner that it had before the first (?:fault|change)/) {
      #expect(owners.away == 0 && owners.hasMoved, comment)
    }
    if answer.contains(/[Aa]ll [\d,]+ buckets? of [^;]* were back/) {
      #expect(owners.away == 0 && owners.hasMoved, comment)
    }
    if let match = answer.firstMatch(
      of: /([\d,]+) buckets? had another owner than before the first (?:fault|change)/)
    {
      #expect(owners.away == Self.number(match.1), comment)
    }
    for match in answer.matches(
      of: /(?:for longer than|buckets (?:had|were) [^.;,]*? for up to) ([\d.,]+) (s|ms|µs|ns)/)
    {
      let said = Self.seconds(match.1, match.2)
      // What follows a double is told beside a longer time out of clients' reach.
      if answer[..<match.range.lowerBound].hasSuffix("as one of them gave way, ") {
        #expect(said > 0 && said < owners.longestUnserved, comment)
      } else {
        #expect(Self.isSaid(owners.longestUnserved, by: said), comment)
      }
    }
    // No outage is longer than the time until all was served again.
    if let match = answer.firstMatch(
      of: /every bucket was served again ([\d.,]+) (s|ms|µs|ns) after/.ignoresCase())
    {
      #expect(owners.longestUnserved <= Self.seconds(match.1, match.2) * 1.006, comment)
      #expect(owners.longestUnserved > 0 && owners.unserved == 0, comment)
    }
    if answer.contains(/had exactly one owner again|was served again/) {
      #expect(owners.unserved + owners.doubled == 0, comment)
    }
    var open = (unserved: 0, doubled: 0, leftAlone: 0)
    for match in answer.matches(of: /([\d,]+) buckets? still had (no|two|an) owner/) {
      let count = Self.number(match.1)
      if match.2 == "two" { open.doubled += count } else { open.unserved += count }
      if match.2 == "an" { open.leftAlone += count }
    }
    #expect(open == (owners.unserved, owners.doubled, owners.leftAlone), comment)
    if let match = answer.firstMatch(of: /same bucket for (?:up to|at least) ([\d.,]+) (s|ms|µs|ns)/) {
      #expect(Self.isSaid(owners.longestDouble, by: Self.seconds(match.1, match.2)), comment)
    } else {
      #expect(owners.longestDouble == 0, comment)
    }
    if answer.contains("wo nodes answered") { #expect(twice > 0, comment) }
    if answer.contains("wo nodes would have answered") { #expect(twice == 0, comment) }
    if answer.contains("No bucket had two owners") || answer.contains("no bucket had two owners") {
      #expect(owners.longestDouble == 0, comment)
    }
  }

  private func claimsOfClients(
    _ answer: String, _ result: TrialResult, _ scenario: Scenario, _ comment: Comment
  ) throws {
    let streams = result.outcome.streams
    let flows = streams.filter(\.hasFlows).reduce(TrafficCounts()) { $0 + $1.counts }
    let gone = flows.broken + flows.reset
    #expect(flows.opened == flows.kept + gone, comment)
    if let match = answer.firstMatch(
      of: /(none|[\d,]+) of ([\d,]+) (connection|flow)s? (?:was|were) (?:lost|cut)/.ignoresCase())
    {
      #expect(Self.number(match.1) == gone && Self.number(match.2) == flows.opened, comment)
      let isTCP = zip(scenario.traffic, streams).allSatisfy { $1.isTCP || !$1.hasFlows }
      #expect((match.3 == "connection") == isTCP, comment)
    } else {
      #expect(flows.opened == 0, comment)
    }
    // A node whose connections were lost with it is one that a fault struck.
    if let match = answer.firstMatch(
      of: /lost(?:, [\d,]+)? with (node\d)(?:, (node\d))?(?: and (node\d))?[ ,]/)
    {
      for name in [match.1, match.2, match.3].compactMap({ $0 }) {
        let node = NodeID(Self.nodes.firstIndex(of: String(name))!)
        #expect(result.outcome.nodes[node.index].withNode > 0, comment)
        #expect(
          scenario.faults.contains { fault in
            fault.kind.failing(of: NodeSet(first: 64)).contains(node)
              || fault.kind.hides(node, on: NetworkID(0))
          }, comment)
      }
    }
    let udp = streams.filter { !$0.isTCP }
    let asked =
      udp.allSatisfy { !$0.hasFlows }
      ? "request"
      : udp.allSatisfy(\.hasFlows) ? "first datagrams of flow" : "requests and first datagrams of flow"
    for (isTCP, noun) in [(true, "connect"), (false, asked)] {
      let counts = streams.filter { $0.isTCP == isTCP }.reduce(TrafficCounts()) { $0 + $1.counts }
      let failed = counts.unanswered + counts.waiting + counts.connectsReset + counts.connectsRefused
      let all = "\(Readable.count(counts.begun)) \(noun)s"
      if counts.begun == 1 { continue }
      if counts.begun == 0 {
        #expect(!answer.contains(" \(noun)s"), comment)
        continue
      }
      #expect(answer.contains(all), comment)
      if answer.contains("very one of \(all) was answered") { #expect(failed == 0, comment) }
      if answer.contains("very one of \(all) was answered at once") { #expect(counts.repeated == 0, comment) }
      if answer.contains("one of \(all) failed") { #expect(failed == 0, comment) }
      if answer.contains("one of \(all) failed, and all were answered at once") {
        #expect(counts.repeated == 0, comment)
      }
      // Each way to fail is told with its number.
      let told = answer.firstRange(of: "f \(all), ").map { answer[$0.upperBound...] }
      if failed > 0 {
        let told = try #require(told, comment)
        var ways = [(counts.connectsRefused, "refused"), (counts.connectsReset, "ended by two answers")]
        if counts.unanswered > 0, counts.waiting > 0 {
          let (gaveUp, waited) = (Readable.count(counts.unanswered), Readable.count(counts.waiting))
          let all = Readable.count(counts.unanswered + counts.waiting)
          #expect(told.contains("\(all) got no answer"), comment)
          #expect(told.contains("\(gaveUp) gave up and \(waited) still waited when the run ended"), comment)
        } else {
          ways += [
            (counts.unanswered, "never answered"), (counts.waiting, "not answered yet when the run ended"),
          ]
        }
        for (count, words) in ways where count > 0 {
          #expect(told.contains("\(Readable.count(count)) \(count == 1 ? "was" : "were") \(words)"), comment)
        }
      }
    }
  }
}
