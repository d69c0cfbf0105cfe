import Engine

/// A node that announces what a test tells it, every interval, and echoes all others faithfully.
///
/// Its claims count as its filter: it accepts what it claims.
struct Puppet {
  var status = Status.up
  var claims: BucketSet
  /// Whether it announces the view digest of the lowest running node; otherwise it announces one that no node has.
  var sharesView = true
  var sequence: UInt64 = 0
  var incarnation = Incarnation(1_000_000)
  var flows: TrackedFlows
  var isSilent = false
  /// What it heard last of each node: incarnation, sequence, when.
  var heard: [(incarnation: Incarnation, sequence: SequenceNumber, at: Instant)?]
  var plan: HeartbeatPlan

  mutating func hear(_ datagram: Datagram, at now: Instant) {
    guard let reader = try? HeartbeatReader(datagram.bytes) else { return }
    heard[reader.sender.index] = (reader.incarnation, reader.sequence, now)
  }
}

extension TestFarm {
  /// Makes a stopped node a puppet that is heard from now on.
  mutating func makePuppet(_ node: Int) {
    let settings = machines[node].settings
    machines[node].puppet = Puppet(
      claims: BucketSet(capacity: settings.groups[0].bucketCount),
      flows: .none(bucketCount: settings.groups[0].bucketCount),
      heard: Array(repeating: nil, count: settings.nodeCount), plan: HeartbeatPlan(settings))
    enqueue(now, node, .beat)
  }

  /// Sends a regular heartbeat of a puppet, and schedules the next.
  mutating func beat(_ node: Int) {
    speak(node)
    enqueue(now + machines[node].settings.heartbeat.interval, node, .beat)
  }

  /// A puppet sends its heartbeat at once.
  mutating func speak(_ node: Int) {
    guard var puppet = machines[node].puppet else { return }
    machines[node].kernel.accept(
      puppet.isSilent ? BucketSet(capacity: puppet.claims.capacity) : puppet.claims)
    if puppet.isSilent { return }
    puppet.sequence += 1
    let settings = machines[node].settings
    let shown = machines.first { $0.isRunning }?.node.view.digest ?? Digest(rawValue: 1)
    let header = HeartbeatHeader(
      farmID: settings.farmID, sender: NodeID(node), status: puppet.status,
      bootID: BootID(UInt64(node + 1)), incarnation: puppet.incarnation,
      sequence: SequenceNumber(puppet.sequence), epoch: Epoch(0),
      viewDigest: puppet.sharesView ? shown : Digest(rawValue: 0xdead), configuration: settings.digest)
    var writer = HeartbeatWriter(header, part: 0, of: puppet.plan)
    for x in puppet.plan.parts[0].nodes {
      guard let (incarnation, sequence, heardAt) = puppet.heard[x] else {
        writer.append(FreshnessEntry())
        continue
      }
      let age = Age(now - heardAt)
      writer.append(
        FreshnessEntry(
          incarnation: incarnation, sequence: sequence,
          evidenceAge: x == node ? Age(Duration.zero) : age, serviceAge: age, heardAge: age))
    }
    for g in puppet.plan.parts[0].groups {
      writer.append(
        GroupID(g), weight: settings.groups[g].weight(of: NodeID(node)), flows: puppet.flows,
        owned: puppet.claims)
    }
    machines[node].puppet = puppet
    transmit(
      Transmission(
        bytes: writer.finish(), to: nil, networks: NetworkSet(first: settings.networks.count),
        isRelayed: false),
      from: node)
  }
}
