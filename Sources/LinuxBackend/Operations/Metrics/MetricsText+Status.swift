import Engine

extension MetricsText {
  mutating func addNode(_ report: StatusReport, _ residentBytes: UInt64?) {
    add(
      "info", .gauge, "Which daemon this is; always 1.",
      [([("version", report.version), ("node", report.node), ("farm", "\(report.farm)")], 1)])
    add(
      "status", .gauge, "1 for the status this node is in, 0 for the others.",
      Status.allCases.map { ([("status", "\($0.name)")], report.status == "\($0.name)" ? 1 : 0) })
    add(
      "serves", .gauge, "1 while the node accepts buckets under a lease.", report.service.serves ? 1 : 0)
    add(
      "obstacle", .gauge, "1 for the reason why this node does not serve, 0 for the others.",
      ServiceObstacle.Reason.allCases.map {
        ([("reason", "\($0.name)")], report.service.reason == "\($0.name)" ? 1 : 0)
      })
    add("running_seconds", .gauge, "Since the daemon was started.", report.secondsRunning)
    add(
      "lease_seconds", .gauge,
      "Until the kernel filter accepts nothing any more unless the lease is renewed.",
      report.secondsOfLease ?? 0)
    if let residentBytes {
      add("resident_memory_bytes", .gauge, "Memory of the daemon.", Double(residentBytes))
    }
  }

  mutating func addView(_ report: StatusReport) {
    add("view_info", .gauge, "The digest of the view; always 1.", [([("digest", report.view.digest)], 1)])
    add("view_epoch", .gauge, "View changes that this node knows of.", Double(report.view.epoch))
    add("view_unchanged_seconds", .gauge, "Since the view changed last.", report.view.secondsUnchanged)
    let staged = report.configuration.staged
    add(
      "configuration_staged", .gauge, "1 while a configuration waits for the other members.",
      staged == nil ? 0 : 1)
  }

  mutating func addMembers(_ report: StatusReport) {
    func label(_ member: MemberReport) -> Labels { [("member", member.node)] }
    add(
      "member_in_view", .gauge, "1 if the configured node is in this node's view.",
      report.members.map { (label($0), $0.isInView ? 1 : 0) })
    add(
      "member_serving", .gauge, "1 if buckets may have the node as their target.",
      report.members.map { (label($0), $0.isServing ? 1 : 0) })
    add(
      "member_differs", .gauge, "1 if the node has another configuration than this one.",
      report.members.map { (label($0), $0.hasOtherConfiguration ? 1 : 0) })
    add(
      "member_silence_seconds", .gauge, "Since anyone heard the node last.",
      report.members.compactMap { member in member.secondsSinceHeard.map { (label(member), $0) } })
  }

  mutating func addGroups(_ report: StatusReport) {
    func samples(_ value: (GroupReport) -> Double?) -> [(Labels, Double)] {
      report.groups.compactMap { group in value(group).map { ([("group", group.name)], $0) } }
    }
    add("buckets", .gauge, "Buckets of the group.", samples { Double($0.buckets) })
    add(
      "claimed_buckets", .gauge, "Buckets that each node claims, as far as this node knows.",
      report.groups.flatMap { group in
        zip(report.members, group.claims).map { member, count in
          ([("group", group.name), ("member", member.node)], Double(count))
        }
      })
    add("holes", .gauge, "Buckets that nobody claims.", samples { $0.holes.map(Double.init) })
    add("doubles", .gauge, "Buckets that more than one node claims.", samples { $0.doubles.map(Double.init) })
    addSeen("hole", report) { $0.holesSeen }
    addSeen("double", report) { $0.doublesSeen }
    add(
      "flows", .gauge,
      "TCP flows that the kernel tracks, in buckets of this node's own (inside) or of others.",
      report.groups.flatMap { group in
        [("inside", group.flowsInside), ("outside", group.flowsOutside)].map {
          ([("group", group.name), ("place", $0.0)], Double($0.1))
        }
      })
    add(
      "packets_total", .counter, "Packets to the virtual IP by the kernel filter's verdict.",
      report.groups.flatMap { group in
        [("accepted", group.accepted), ("rejected", group.rejected)].compactMap { verdict, count in
          count.map { ([("group", group.name), ("verdict", verdict)], Double($0)) }
        }
      })
  }

  /// What was seen of one kind. A group that never had any has no time of the last one.
  private mutating func addSeen(_ kind: String, _ report: StatusReport, _ seen: (GroupReport) -> SeenReport) {
    func samples(_ value: (SeenReport) -> Double?) -> [(Labels, Double)] {
      report.groups.compactMap { group in value(seen(group)).map { ([("group", group.name)], $0) } }
    }
    add("\(kind)s_seen_total", .counter, "Buckets that became a \(kind).", samples { Double($0.count) })
    add(
      "\(kind)_seconds_total", .counter, "Time that buckets were a \(kind), of all of them together.",
      samples(\.bucketSeconds))
    add(
      "longest_\(kind)_seconds", .gauge, "The longest time that one bucket was a \(kind).",
      samples(\.secondsOfLongest))
    add(
      "last_\(kind)_seconds", .gauge, "Since the last \(kind) ended; 0 while there is one.",
      samples(\.secondsSinceLast))
  }

  /// What the checkers have found and done; nothing without checkers.
  mutating func addHealth(_ report: StatusReport) {
    guard let health = report.health else { return }
    func samples(_ value: (CheckerReport.Entry) -> Double?) -> [(Labels, Double)] {
      health.checkers.compactMap { entry in value(entry).map { ([("checker", entry.name)], $0) } }
    }
    add(
      "healthy", .gauge, "1 if the node may serve as far as its checkers know.", health.isHealthy ? 1 : 0)
    add(
      "held_out", .gauge, "1 if the node stays out of service until an operator resumes it.",
      health.isHeldOut ? 1 : 0)
    add(
      "checker_well", .gauge, "1 if the check succeeds, 0 if it fails or has yet to succeed.",
      samples { $0.isWell ? 1 : 0 })
    add("checker_runs_total", .counter, "Runs of the check that have begun.", samples { Double($0.runs) })
    add("checker_failures_total", .counter, "Runs that failed.", samples { Double($0.failures) })
    add("checker_run_seconds", .gauge, "How long the last run took.", samples(\.secondsOfRun))
    add(
      "last_checker_failure_seconds", .gauge, "Since the last run that failed.",
      samples(\.secondsSinceFailure))
    add(
      "checker_actions_total", .counter, "What was done because the check failed, by action.",
      health.checkers.flatMap { entry in
        entry.actions.map { ([("checker", entry.name), ("action", $0.name)], Double($0.count)) }
      })
  }

  mutating func addMachine(_ report: MachineReport) {
    add(
      "short_paths", .gauge,
      "Ways that carry short datagrams and not heartbeats, and own interfaces with too small an MTU.",
      Double(report.paths?.count ?? 0))
    add(
      "foreign_claims_total", .counter,
      "Claims of other machines to a virtual IP, or to an address of this node, heard on the segment.",
      report.claimCounts.map { ([("address", $0.name)], Double($0.count)) })
    add(
      "untracking_rules", .gauge,
      "Rules of others that keep connections to the virtual IP from being tracked now.",
      Double(report.untracking.count))
    add(
      "untracking_rules_seen_total", .counter, "Such rules that have come.", Double(report.untrackingSeen))
  }

  mutating func addCounts(_ report: StatusReport) {
    let heartbeats = report.heartbeats
    add("heartbeats_sent_total", .counter, "Datagrams sent, on every network.", Double(heartbeats.sent))
    add(
      "heartbeats_unsent_total", .counter, "Datagrams that the kernel refused to send.",
      Double(heartbeats.unsent))
    add(
      "heartbeats_received_total", .counter, "Authentic datagrams of this farm that arrived.",
      Double(heartbeats.received))
    add(
      "heartbeats_dropped_total", .counter, "Datagrams that were not taken, by reason.",
      heartbeats.dropped.map { ([("reason", $0.name)], Double($0.count)) })
    add(
      "events_total", .counter, "What the node said, by kind.",
      report.events.map { ([("event", $0.name)], Double($0.count)) })
  }
}
