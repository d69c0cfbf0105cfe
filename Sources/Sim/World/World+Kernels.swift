import Engine

/// The nodes' kernels: operations and leases, and what a changed filter means outside.
///
/// ``World/issue(_:_:_:)`` queues an operation, an event finishes it, and the answer goes to the daemon that asked.
/// Whenever a filter, a machine or the network changes, ``World/meters`` is told. The new owners go on from there to
/// the traffic, the measure of applications, the phases and the trace.
extension World {
  /// Asks a node's kernel for an operation, and draws how long it takes.
  mutating func issue(_ kind: VirtualFilter.Operation.Kind, _ number: CommitNumber, _ n: Int) {
    let latency = scenario.kernel.commit.duration(&commitDice[n])
    let due = filters[n].issue(
      kind, number, generation: machines[n].generation, at: now, latency: latency)
    queue.insert(at: due, Event(.kernel, node: n, index: filters[n].serial))
  }

  /// The first operation of a node's kernel is done.
  mutating func kernelFinishes(_ n: Int, serial: UInt32) {
    guard serial == filters[n].serial else { return }
    let isRefused = active.contains { $0.kind.traits.strikes == .kernel && $0.nodes.contains(NodeID(n)) }
    let before = filters[n].state
    let operation = filters[n].performNext(at: now, isRefused: isRefused)
    if !isRefused {
      switch operation.kind {
      case .renewLease:
        queue.insert(at: filters[n].leaseEnd, Event(.lease, node: n, index: serial))
        if !isFailing(n) { machines[n].isFailing = false }
      case .endLease, .remove: forgetFlows(n)
      case .commit(_, _, let rules): if let rules { readPackets(n, by: rules) }
      case .nothing: break
      }
      filterChanged(n, from: before, issued: operation.issued)
    }
    if operation.generation == machines[n].generation && operation.number.rawValue > 0 {
      give(isRefused ? .commitFailed(operation.number) : .committed(operation.number), to: n)
    }
    performWaiting(n)
  }

  /// A lease may have run out: it does so by itself, whatever the daemon does.
  mutating func leaseEnds(_ n: Int, serial: UInt32) {
    guard serial == filters[n].serial, filters[n].state.hasLease, filters[n].leaseEnd <= now else { return }
    let before = filters[n].state
    filters[n].endLease()
    story.leaseEnded(of: NodeID(n), at: now)
    // The kernel still tracks the flows but no longer serves them, and a daemon that comes back deletes them first.
    forgetFlows(n)
    filterChanged(n, from: before, issued: nil)
  }

  /// A kernel forgets its tracked flows. They count as lost with their node if a fault keeps it from serving, or if the
  /// networks hide it.
  private mutating func forgetFlows(_ n: Int) {
    if machines[n].isFailing || hidden.contains(NodeID(n)) {
      traffic.nodesFailed(NodeSet(NodeID(n)), at: now)
    } else {
      traffic.forgetFlows(of: NodeSet(NodeID(n)), at: now)
    }
  }

  /// Whether a fault that is active stops the node from serving.
  private func isFailing(_ n: Int) -> Bool {
    let all = NodeSet(first: nodes.count)
    return active.contains { fault in
      fault.kind.failing(of: all).contains(NodeID(n))
        && (fault.kind.concernsEverybody || fault.nodes.contains(NodeID(n)))
    }
  }

  /// Carries a filter's change into the coverage and the measures.
  /// - Parameter issued: when the commit that changed it was issued; `nil` if it changed by itself.
  mutating func filterChanged(_ n: Int, from before: FilterState, issued: Instant?) {
    let isMended = meters.filterChanged(
      NodeID(n), from: before, to: filters[n].state, configuration: filters[n].rules, outside(n),
      issued: issued,
      at: now)
    ownersChanged(n, isMended)
  }

  /// Renews a node's open, reachable and heard bits after its machine or the networks have changed.
  mutating func machineChanged(_ n: Int) {
    let isMended = meters.machineChanged(NodeID(n), filters[n].state, outside(n), at: now)
    hide(NodeID(n))
    ownersChanged(n, isMended)
  }

  /// Tells the traffic whether the networks hide a machine that runs from its clients.
  private mutating func hide(_ node: NodeID) {
    let outside = outside(node.index)
    let isHidden = outside.isRunning && !(outside.isReached && outside.isHeard)
    if isHidden == hidden.contains(node) { return }
    if isHidden {
      hidden.insert(node)
      traffic.nodesHidden(NodeSet(node), at: now)
    } else {
      hidden.remove(node)
      if !active.contains(where: { $0.kind.hidesItsNodes && $0.nodes.contains(node) }) {
        traffic.nodeShown(node, at: now)
      }
    }
  }

  private mutating func ownersChanged(_ n: Int, _ isMended: Bool) {
    applicationMeterChanged(n)
    inServiceChanged()
    chargeChanged()
    recordChanged()
    if isMended { watchChanged() }
    traffic.servingChanged()
    guard let formed = meters.ownership.formedAt else { return }
    if traffic.isForming { traffic.farmFormed(at: formed) }
    if formed == now { story.farmFormed(at: formed) }
  }

  private borrowing func outside(_ n: Int) -> FilterMeters.Outside {
    let isRunning = machines[n].isPowered && !machines[n].isPaused
    return FilterMeters.Outside(
      isRunning: isRunning, isReached: isRunning && service.reached.contains(NodeID(n)),
      isHeard: isRunning && service.heard.contains(NodeID(n)))
  }

  /// Tells the traffic which fault to charge with what clients of a bucket lose.
  mutating func chargeChanged() {
    for note in meters.rebalances.notes {
      guard let edge = note.cause.flatMap({ number(of: $0) }) else {
        if note.isWhole { traffic.losses.mended(note.bucket, at: now) }
        continue
      }
      traffic.losses.disturbed(note.bucket, by: edge, isWhole: note.isWhole, at: now)
    }
  }

  /// The place in the plan of a fault's beginning or end; `nil` if the cause is a node that is healthy again, which is
  /// no edge of the plan.
  private borrowing func number(of cause: Disturbance.Cause) -> Int? {
    if cause.healthy != nil { return nil }
    return plan.edges.firstIndex { $0.fault == cause.fault && $0.isEnd == cause.isEnd }
  }

  private mutating func recordChanged() {
    for c in meters.changed {
      let owners = meters.coverage.accepting(c.group, c.bucket).bits
      trace.record(now, 0x80, UInt64(c.group.rawValue) << 16 | UInt64(c.bucket.rawValue), owners)
    }
  }

  /// Asks the traffic for the first packet in the buckets just changed.
  private mutating func watchChanged() {
    var ids: [Int] = []
    for g in files.spaces.all.indices {
      var buckets = BucketSet(capacity: files.spaces.all[g].bucketCount)
      for c in meters.changed where c.group.index == g { buckets.insert(c.bucket) }
      // A watch on a space that no client comes to would wait for ever.
      if !buckets.isEmpty, traffic.hasClients(of: GroupID(g)) {
        ids.append(traffic.watch(group: GroupID(g), buckets: buckets, from: now))
      }
    }
    meters.rebalances.watch(ids)
  }
}
