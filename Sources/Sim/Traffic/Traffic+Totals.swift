import Engine

extension Traffic {
  /// A phase of the run begins. Everything is measured from the first one on; without any, from the start.
  /// - Parameter at: not later than the next call of `run`, and not earlier than the last one's limit.
  public mutating func begin(_ phase: SkewRow.Phase, at time: Instant) {
    if self.phase == nil {
      talliesBefore = tallies
      losses.restart()
      countOpenBefore()
      loadsBefore = loads
      outages.restart(at: time.nanoseconds)
    }
    endPhase()
    self.phase = phase
    phaseLoadsBefore = nodeLoads
  }

  /// Flows that are open when measuring begins can be kept, broken and reset: they count as opened. Connects and requests
  /// under way can still fail: they count as begun.
  private mutating func countOpenBefore() {
    for flow in flows.records {
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
      phases.append(PhaseLoad(phase: phase, load: [NodeLoad](repeating: NodeLoad(), count: nodeCount)))
    }
    for (n, load) in nodeLoads.enumerated() {
      phases[index!].load[n] = phases[index!].load[n] + (load - phaseLoadsBefore[n])
    }
  }

  /// Ends the run and says what was measured.
  ///
  /// Flows that are open count as kept, but for those that no node tracks any more: they are broken, only
  /// their clients do not know yet. Outages that go on count as long as they have lasted.
  /// - Precondition: the traffic was run until `at` and not beyond; it is not run again.
  public mutating func finish(at time: Instant) -> TrafficTotals {
    endPhase()
    if recorder.edge < .max {
      while recorder.edge < time.nanoseconds + recorder.binWidth { closeBin() }
    }
    settle(at: time.nanoseconds)
    var totals = TrafficTotals()
    totals.streams = streams.indices.map { s in
      StreamOutcome(
        isTCP: streams[s].isTCP, hasFlows: streams[s].hasFlows, group: streams[s].match?.group,
        counts: tallies[s] - talliesBefore[s],
        load: (s * nodeCount..<(s + 1) * nodeCount).map { loads[$0] - loadsBefore[$0] })
    }
    totals.lossesByNode = losses.byNode
    totals.lossesByEdge = losses.byEdge
    totals.clientOutages = outages.count
    if let mean = outages.mean {
      totals.clientOutageMax = Duration(nanoseconds: Int64(outages.longest))
      totals.clientOutageMean = Duration(nanoseconds: Int64(mean))
    }
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

  /// Counts what is still under way at the end.
  private mutating func settle(at time: UInt64) {
    for flow in flows.records {
      switch flow.stage {
      case .open where !tracking.holds(flow):
        countBroken(flow, at: time)
        openFlows -= 1
      case .datagrams where flow.tries > 0:
        countBroken(flow, at: time)
        openFlows -= 1
      case .open, .datagrams: tallies[Int(flow.stream)].kept += 1
      case .connecting where flow.since != .max:
        tallies[Int(flow.stream)].waiting += 1
        giveUp(flow, since: flow.since)
      default: break
      }
    }
    for stream in streams {
      for since in stream.unansweredSince where since != .max { outages.add(from: since, to: time) }
    }
  }
}
