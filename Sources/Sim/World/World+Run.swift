import Engine

/// The run: the events at its start, the loop over all of them, and the phases of the load measures.
///
/// Before each event that moves the clock, the traffic handles the packets up to it. A phase that follows a fault
/// begins only when the farm has come to rest; until then its event is put off again and again.
extension World {
  /// Puts the first starts, the fault plan and the phases into the queue.
  mutating func scheduleBoot() {
    let interval = Double(scenario.farm.settings.heartbeat.interval.nanoseconds)
    for n in nodes.indices {
      var dice = RandomStream(seed: seed, trial: trial, entity: UInt64(n), purpose: .node)
      let offset = Duration(nanoseconds: Int64(interval * dice.uniform()))
      queue.insert(at: .zero + offset, Event(.boot, node: n))
    }
    for (i, edge) in plan.edges.enumerated() {
      queue.insert(at: edge.at, Event(.fault, index: UInt32(i)))
    }
    for (i, start) in phases.starts.enumerated() {
      queue.insert(at: start.at, Event(.phase, index: UInt32(i)))
    }
  }

  /// Handles every event that is due before `limit` and the end of the run, and the packets before each.
  mutating func run(until limit: Instant) {
    while step(before: limit) {}
    now = max(now, min(limit, end))
    traffic.run(until: now, coverage: meters.coverage)
  }

  /// Handles the next event if it is due before `limit` and the end of the run.
  /// - Returns: whether there was one.
  mutating func step(before limit: Instant) -> Bool {
    guard let (at, event) = queue.popNext(before: min(limit, end)) else { return false }
    if at > now {
      traffic.run(until: at, coverage: meters.coverage)
      now = at
    }
    eventCount += 1
    trace.record(
      at, event.kind.rawValue, UInt64(event.node) << 40 | UInt64(event.network) << 32 | UInt64(event.index),
      event.word)
    handle(event)
    return true
  }

  private mutating func handle(_ event: Event) {
    let n = Int(event.node)
    switch event.kind {
    case .boot:
      if machines[n].isPowered && machines[n].starts == 0 && !isHeldDown(NodeID(n)) { startDaemon(n) }
    case .timer: timerFires(n, serial: event.index)
    case .delivery: deliver(event)
    case .kernel: kernelFinishes(n, serial: event.index)
    case .lease: leaseEnds(n, serial: event.index)
    case .fault: edge(Int(event.index))
    case .phase: phaseBegins(Int(event.index))
    case .check: checksFire(n, serial: event.index)
    case .probe:
      probeArrives(ProbeID(checker: CheckerID(Int(event.network)), serial: event.index), n)
    case .application: applicationStarts(n, serial: event.index)
    case .frames: noticeFrames(n, serial: event.index)
    }
  }

  /// The shares due to each node now.
  var dues: PhaseDues {
    let fractions = meters.shares.fractions
    return PhaseDues(
      byStream: traffic.spaces.map { fractions[$0] }, byGroup: fractions,
      buckets: Shares.sum(fractions, loads: meters.ownership.bucketCounts))
  }

  /// The set of nodes in service may have changed: all of a group with a priority is due to the first of them.
  mutating func inServiceChanged() {
    guard meters.shares.havePriority else { return }
    let answering = meters.coverage.listening & meters.coverage.heard.bits
    let inService = NodeSet(bits: answering).filter {
      nodes[$0.index].status == .up || nodes[$0.index].status == .detached
    }
    let next = inService.reduce(into: NodeSet.empty) { $0.insert($1) }
    if next == meters.shares.inService { return }
    meters.shares.inService = next
    phases.duesChanged(dues, at: now)
  }

  /// Whether the farm has not come to rest: some bucket is not whole because of a fault, or a node that its checkers
  /// took out is on its way back or has just come back.
  private var isUnsettled: Bool {
    if meters.rebalances.isUnsettled(at: now) { return true }
    return checks.indices.contains { n in
      guard checks[n].isOut, machines[n].isDaemonRunning else { return false }
      let application = applications[n]
      return checks[n].command != nil || application.condition == .starting
        || application.condition == .running && application.delay == .zero
    }
  }

  private mutating func phaseBegins(_ index: Int) {
    let phase = phases.starts[index].phase
    if phase == .after, isUnsettled {
      queue.insert(at: now + scenario.settlingTime, Event(.phase, index: UInt32(index)))
      return
    }
    phases.finish(shares: meters.ownership.takeShares(at: now), at: now)
    phases.begin(phase, dues, at: now)
    heartbeats.measure()
    traffic.begin(phase, at: now)
  }
}
