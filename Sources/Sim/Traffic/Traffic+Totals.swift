import Engine

/// What counts, and the totals at the end of a run.
///
/// Counts run from the start; when measuring begins they are copied, and totals are the differences. Connections that
/// began before the farm had formed are counted a second time in ``Traffic/setAside`` and subtracted. Flows and
/// attempts that are still under way at the end are settled by what the farm would do with them then.
extension Traffic {
  /// A phase of the run begins. Measuring begins with the first phase, or later once the farm has formed; without any
  /// phase, with the run.
  /// - Parameter at: not later than the next call of `run`, and not earlier than the last one's limit.
  public mutating func begin(_ phase: SkewRow.Phase, at time: Instant) {
    if self.phase == nil { measure(from: time) }
    endPhase()
    self.phase = phase
    phaseLoadsBefore = loads
  }

  /// The farm starts with the run: nothing is measured until ``farmFormed(at:)``. A farm that never forms is measured
  /// from the first phase on.
  mutating func farmForms() { isForming = true }

  /// Every bucket has exactly one owner for the first time.
  ///
  /// Connections that began before are never counted: their nodes depend on which node happened to be up first. A farm
  /// that has run for a while has no such connections.
  mutating func farmFormed(at time: Instant) {
    isForming = false
    if phase == nil { return }
    phases = []
    phaseLoadsBefore = loads
    measure(from: time)
  }

  /// The run is stopped. If measuring had not begun by then, nothing is measured.
  mutating func stop(at time: Instant) {
    guard isForming || phase == nil else { return }
    isForming = false
    if phase == nil { begin(.before, at: time) } else { farmFormed(at: time) }
  }

  /// Begins measuring: everything before does not count.
  private mutating func measure(from time: Instant) {
    measuredFrom = time
    talliesBefore = tallies
    for s in setAside.indices { (setAside[s], mostRetries[s]) = (TrafficCounts(), 0) }
    losses.restart()
    countOpenBefore()
    loadsBefore = loads
    for s in streams.indices {
      outages[s].restart(at: time.nanoseconds)
      silences[s].restart(at: time.nanoseconds)
    }
    if !isForming { forgetUnserved() }
  }

  /// Whether a connection counts.
  @inline(__always) func isCounted(_ flow: FlowRecord) -> Bool { !flow.isOfTheStart || isForming }

  /// Adds to the counts of a connection's stream, and to those set aside if it began while the farm formed.
  @inline(__always) mutating func count(_ flow: FlowRecord, _ add: (inout TrafficCounts) -> Void) {
    add(&tallies[Int(flow.stream)])
    if flow.isOfTheStart { add(&setAside[Int(flow.stream)]) }
  }

  /// Flows that are open when measuring begins count as opened, since they can be kept, broken and reset. Connects and
  /// requests under way count as begun, since they can still fail.
  private mutating func countOpenBefore() {
    for flow in flows.records where isCounted(flow) {
      switch flow.stage {
      case .open, .datagrams: talliesBefore[Int(flow.stream)].opened -= 1
      case .connecting: talliesBefore[Int(flow.stream)].begun -= 1
      case .free, .thinking, .abandoned: break
      }
    }
  }

  private mutating func endPhase() {
    guard let phase else { return }
    var index = phases.firstIndex { $0.phase == phase }
    if index == nil {
      index = phases.count
      phases.append(
        PhaseLoad(
          phase: phase, load: [NodeLoad](repeating: NodeLoad(), count: nodeCount),
          byStream: streams.map { _ in [NodeLoad](repeating: NodeLoad(), count: nodeCount) }))
    }
    for (i, load) in loads.enumerated() {
      let (s, n) = i.quotientAndRemainder(dividingBy: nodeCount)
      let more = load - phaseLoadsBefore[i]
      phases[index!].load[n] = phases[index!].load[n] + more
      phases[index!].byStream[s][n] = phases[index!].byStream[s][n] + more
    }
  }

  /// Ends the run and returns what was measured.
  ///
  /// Open flows count as kept, except those that no node tracks any more: they are broken, though their clients do not
  /// know yet. Outages that are not over count with the time that they have lasted so far. The mean is then a lower
  /// bound; so is the longest, unless these clients come through at their next attempts and have waited less by then.
  /// - Parameter coverage: the coverage at the end; without it no client counts as served again.
  /// - Precondition: the traffic was run until `at` and not beyond; it is not run again.
  public mutating func finish(at time: Instant, coverage: Coverage? = nil) -> TrafficTotals {
    endPhase()
    if recorder.edge < .max {
      while recorder.edge < time.nanoseconds + recorder.binWidth { closeBin() }
    }
    settle(at: time.nanoseconds, coverage)
    var totals = TrafficTotals()
    totals.streams = streams.indices.map { s in
      StreamOutcome(
        isTCP: streams[s].isTCP, hasFlows: streams[s].hasFlows,
        group: streams[s].match.map { _ in GroupID(streams[s].group) },
        // In a farm that never formed nothing else began.
        counts: tallies[s] - talliesBefore[s] - (isForming ? TrafficCounts() : setAside[s]),
        load: (s * nodeCount..<(s + 1) * nodeCount).map { loads[$0] - loadsBefore[$0] },
        longestOutage: outages[s].max, longestSilence: silences[s].max, mostRetries: mostRetries[s],
        unmatchedFrom: streams[s].unmatchedFrom, unmatchedUntil: streams[s].unmatchedUntil)
    }
    totals.lossesByNode = losses.byNode
    totals.lossesByEdge = losses.byEdge
    totals.measuredFrom = measuredFrom
    let all = outages.reduce(Outages(), +)
    totals.clientOutages = all.count
    totals.endsInClientOutage = all.endsInOne
    totals.isClientOutageMaxOpen = all.isLongestOpen
    if let mean = all.mean {
      totals.clientOutageMax = Duration(nanoseconds: Int64(all.longest))
      totals.clientOutageMean = Duration(nanoseconds: Int64(mean))
    }
    totals.longestSilence = silences.reduce(Outages(), +).max
    totals.load = (0..<nodeCount).map { n in totals.streams.reduce(NodeLoad()) { $0 + $1.load[n] } }
    totals.phases = phases
    totals.timeline = recorder.timeline
    let counts = counts
    totals.digest.combine(fold)
    totals.digest.combine(UInt64(counts.sent))
    totals.digest.combine(UInt64(counts.opened))
    totals.digest.combine(UInt64(counts.broken))
    totals.digest.combine(UInt64(counts.reset))
    return totals
  }

  /// Counts flows and attempts that are still under way at the end.
  private mutating func settle(at time: UInt64, _ coverage: Coverage?) {
    if let coverage, mayServeAgain { endOutages(coverage) }
    for flow in flows.records {
      switch flow.stage {
      case .open where !tracking.holds(flow), .datagrams where flow.tries > 0:
        settleSilence(of: flow, isKept: false, at: time)
        countBroken(flow, at: time)
        count(flow) { $0.unnoticed += 1 }
        if flow.since != .max { count(flow) { $0.silent += 1 } }
        openFlows -= 1
      case .open, .datagrams:
        count(flow) { $0.kept += 1 }
        if flow.since != .max {
          count(flow) { counts in
            counts.stalled += 1
            counts.silent += 1
          }
        }
        let goesOn = coverage.map { isKept(flow, $0) } ?? false
        settleSilence(of: flow, isKept: goesOn, at: time)
        if coverage != nil, !goesOn { count(flow) { $0.inDoubt += 1 } }
      case .connecting where flow.since != .max:
        count(flow) { $0.waiting += 1 }
        settleOutage(flow, coverage, at: time)
      default: break
      }
    }
    for s in streams.indices {
      for since in streams[s].unansweredSince where since != .max {
        outages[s].add(from: since, to: time, isOver: false)
      }
    }
  }

  /// A client that waits for its next attempt will come through then, if its node serves by now.
  private mutating func settleOutage(_ flow: FlowRecord, _ coverage: Coverage?, at time: UInt64) {
    guard let coverage, isServed(Int(flow.stream), flow.client, flow.key, coverage) else {
      count(flow) { $0.waitingInDoubt += 1 }
      return giveUp(flow, since: flow.since)
    }
    guard isCounted(flow) else { return }
    let waits = streams[Int(flow.stream)].model.flow.retries.prefix(Int(flow.tries))
    outages[Int(flow.stream)].add(
      from: flow.since, to: time, isOver: false,
      next: flow.since + waits.reduce(0) { $0 + UInt64(max(1, $1.nanoseconds)) })
  }

  /// Whether the node of an open flow would answer its client now, if nothing is lost by chance.
  private func isKept(_ flow: FlowRecord, _ coverage: Coverage) -> Bool {
    let s = Int(flow.stream)
    let bit: UInt64 = 1 << UInt64(flow.node)
    if flow.stage == .datagrams {
      let answering = serving(s, flow.client, flow.key, coverage).intersection(coverage.heard).bits
      let node = streams[s].model.datagrams?.onMove == .breaks ? answering & bit : answering
      return node != 0 && !applications.leavesAlone(node)
    }
    let verdict = verdict(on: flow, isTracked: true, coverage)
    return !verdict.accepting.intersection(coverage.heard).isEmpty
      && verdict.resetting.intersection(coverage.heard).isEmpty && !applications.leavesAlone(bit)
  }
}
