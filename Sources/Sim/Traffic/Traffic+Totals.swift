import Engine

extension Traffic {
  /// A phase of the run begins. Everything is measured from the first one on; without any, from the start.
  /// - Parameter at: not later than the next call of `run`, and not earlier than the last one's limit.
  public mutating func begin(_ phase: SkewRow.Phase, at time: Instant) {
    if self.phase == nil {
      countsBefore = counts
      // Flows that are open already can be kept, broken and reset: they count as opened.
      countsBefore.opened -= openFlows
      loadsBefore = loads
      outages.restart(at: time.nanoseconds)
    }
    endPhase()
    self.phase = phase
    phaseLoadsBefore = loads
  }

  private mutating func endPhase() {
    guard let phase else { return }
    var index = phases.firstIndex { $0.phase == phase }
    if index == nil {
      index = phases.count
      phases.append(PhaseLoad(phase: phase, load: [NodeLoad](repeating: NodeLoad(), count: nodeCount)))
    }
    for n in loads.indices {
      phases[index!].load[n] = phases[index!].load[n] + (loads[n] - phaseLoadsBefore[n])
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
    let measured = counts - countsBefore
    var totals = TrafficTotals()
    totals.flowsOpened = measured.opened
    totals.flowsKept = measured.kept + openFlows
    totals.flowsBroken = measured.broken
    totals.flowsBrokenOutsideFailedNodes = measured.brokenOutside
    totals.flowsReset = measured.reset
    totals.flowsResetOutsideFailedNodes = measured.resetOutside
    totals.connectsFailed = measured.connectsFailed
    totals.connectsReset = measured.connectsReset
    totals.connectsRefused = measured.connectsRefused
    totals.requestsFailed = measured.requestsFailed
    totals.sessionsMoved = measured.sessionsMoved
    totals.flowsMoved = measured.flowsMoved
    totals.packetsSent = measured.sent
    totals.packetsLost = measured.lost
    totals.packetsTwice = measured.twice
    totals.clientOutages = outages.count
    if let mean = outages.mean {
      totals.clientOutageMax = Duration(nanoseconds: Int64(outages.longest))
      totals.clientOutageMean = Duration(nanoseconds: Int64(mean))
    }
    totals.load = loads.indices.map { loads[$0] - loadsBefore[$0] }
    totals.phases = phases
    totals.timeline = recorder.timeline
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
      case .connecting where flow.since != .max: giveUp(flow, since: flow.since)
      default: break
      }
    }
    for stream in streams {
      for since in stream.unansweredSince where since != .max { outages.add(from: since, to: time) }
    }
  }
}
