import Engine
import FarmFile
import Foundation

extension StatusReport {
  /// The report of a driver's state.
  init(_ seen: DriverGlance, version: String, startedAt: Instant, events: [CountReport]) {
    let (standing, farm) = (seen.standing, seen.setup.farm)
    let names = seen.setup.groupNames
    let words = FarmNames(farm)
    func seconds(since instant: Instant) -> Double { max(0, (seen.at - instant).seconds) }
    self.init(
      version: version, process: getpid(), node: seen.setup.name, farm: farm.settings.farmID,
      service: ServiceReport(seen, names: words),
      status: "\(standing.status.name)", secondsInStatus: seconds(since: standing.statusSince),
      secondsRunning: seconds(since: startedAt),
      secondsOfLease: standing.leaseUntil.map { max(0, ($0 - seen.at).seconds) },
      view: ViewReport(
        digest: standing.view.digest.hex, epoch: standing.epoch.rawValue,
        // A node that has had no view yet counts from its start.
        secondsUnchanged: seconds(since: max(standing.viewSince, startedAt))),
      configuration: ConfigurationReport(
        digest: standing.configuration.hex, staged: standing.staged.map(\.hex),
        waitsFor: standing.stagedWaitsFor.map(words.name),
        differences: seen.differences.map { DifferenceReport($0, names: words) }),
      members: zip(farm.nodes, standing.members).enumerated().map { i, member in
        MemberReport(
          node: member.0, status: member.1.status.map { "\($0.name)" },
          hasOtherConfiguration: seen.differences.contains { $0.node == NodeID(i) && !$0.isStaged },
          isInView: standing.view.members.contains(NodeID(i)),
          isServing: standing.view.serving.contains(NodeID(i)),
          secondsSinceHeard: member.1.lastHeard.map(seconds), weights: member.1.weights)
      },
      groups: standing.groups.enumerated().map { g, group in
        let counters = seen.filter.flatMap { $0.indices.contains(g) ? $0[g] : nil }
        let account = seen.seen.indices.contains(g) ? seen.seen[g] : SeenClaims()
        return GroupReport(
          name: names[g],
          buckets: farm.settings.ownershipGroups[g].bucketCount, claims: group.claims,
          holes: standing.knowsClaims ? group.holes : nil,
          doubles: standing.knowsClaims ? group.doubles : nil,
          holesSeen: SeenReport(account.holes, at: seen.at),
          doublesSeen: SeenReport(account.doubles, at: seen.at), accepted: counters?.accepted,
          rejected: counters?.rejected,
          flowsInside: group.flowsInside, flowsOutside: group.flowsOutside)
      },
      heartbeats: HeartbeatReport(seen.datagrams, outcomes: seen.outcomes), events: events,
      machine: MachineReport(seen, names: words), flowsCut: seen.flowsCut)
  }
}

extension SeenReport {
  init(_ seen: SeenBuckets, at now: Instant) {
    self.init(
      count: seen.count, bucketSeconds: Duration(nanoseconds: seen.nanoseconds).seconds,
      secondsOfLongest: Duration(nanoseconds: seen.longestNanoseconds).seconds,
      secondsSinceLast: seen.lastNanoseconds.map { max(0, (now - Instant(nanoseconds: $0)).seconds) })
  }
}

extension MachineReport {
  init(_ seen: DriverGlance, names: FarmNames) {
    self.init(
      untracking: seen.untracking, untrackingSeen: seen.untrackingSeen,
      paths: seen.paths.map { PathReport($0, names: names) },
      claims: seen.claims.map { ClaimReport($0, at: seen.at) },
      claimCounts: seen.claimCounts.map { CountReport(name: $0.address.text, count: $0.count) })
  }
}

extension PathReport {
  init(_ trouble: PathTrouble, names: FarmNames) {
    self.init(
      node: trouble.node.map { names.name($0) }, network: names.name(trouble.network),
      packetBytes: trouble.packetBytes, text: trouble.words(names))
  }
}

extension ClaimReport {
  init(_ claim: ForeignClaim, at now: Instant) {
    self.init(
      address: claim.address.text, mac: "\(claim.mac)", interface: claim.interface,
      isOwnAddress: claim.isOwnAddress, count: claim.count,
      secondsSinceLast: max(0, (now - claim.last).seconds))
  }
}

extension HeartbeatReport {
  init(_ counters: DatagramCounters, outcomes: [Int]) {
    func outcome(_ outcome: Outcome) -> UInt64 { UInt64(outcomes[Int(outcome.rawValue)]) }
    // Own echoes are left out: a node's own broadcasts come back to it, and that is no loss.
    let dropped: [(String, UInt64)] = [
      ("unknown_source", UInt64(counters.unknownSource)),
      ("malformed", UInt64(counters.malformed) + outcome(.malformed)),
      ("foreign_farm", UInt64(counters.foreignFarm) + outcome(.foreignFarm)),
      ("bad_mac", UInt64(counters.badMAC)), ("unknown_node", outcome(.unknownNode)),
      ("stale", outcome(.stale)), ("implausible", outcome(.implausible)),
      ("foreign_configuration", outcome(.foreignConfiguration)),
    ]
    self.init(
      sent: UInt64(counters.sent), unsent: UInt64(counters.sendFailed), received: UInt64(counters.received),
      dropped: dropped.map { CountReport(name: $0, count: $1) })
  }
}
