import Engine

/// The segments of established TCP flows, and how a flow ends.
///
/// A segment is accepted by the node that tracks the flow, reset by a node that does not know the flow and whose filter
/// says so, or lost. A lost one is repeated with doubled waits until ``Traffic/patience`` is over. So a flow is closed
/// by its client, reset by the farm, or broken off.
extension Traffic {
  /// Plays one segment of an established flow, the last one if the flow's time is over.
  mutating func segment(_ place: UInt32, at time: UInt64, _ coverage: borrowing Coverage) {
    var flow = flows[place]
    let isStalled = flow.since != .max
    if isStalled && time >= flow.since + UInt64(Traffic.patience.nanoseconds) {
      return breakOff(place, at: time)
    }
    let s = Int(flow.stream)
    let isLast = time >= flow.end
    let isTracked = tracking.holds(flow)
    if applications.isTroubled, meetsTrouble(place, isTracked: isTracked, at: time, coverage) { return }
    let verdict = verdict(on: flow, isTracked: isTracked, coverage)
    let receivers = verdict.accepting.union(verdict.resetting).bits
    let reached = loss.receivers(of: receivers)
    let accepted = reached & verdict.accepting.bits
    note(
      accepted, of: s, at: time,
      bytes: isLast ? Traffic.controlSegmentBytes : streams[s].model.flow.segmentBytes, isReset: reached != 0)
    if reached == 0 {
      tallies[s].lostOfOpen += 1
      if receivers != 0 {
        tallies[s].lostOnTheWay += 1
      } else if !serving(s, flow.client, flow.key, coverage).isEmpty {
        tallies[s].lostUnknown += 1
      }
    }

    var dice = streams[s].dice(of: flow)
    if isLast && !isStalled && streams[s].model.flow.resetShare > 0 {
      let closesByReset = dice.bernoulli(streams[s].model.flow.resetShare)
      flow.keep(dice)
      flows[place].keep(dice)
      // A reset is sent once and never answered.
      if closesByReset { return closeInOrder(place, at: time, isHeard: accepted != 0) }
    }
    let answers = loss.answers(of: reached & coverage.heard.bits)
    if answers & verdict.resetting.bits != 0 {
      if isTracked, isOfALiveNode(flow, at: time) { count(flow) { $0.resetOutside += 1 } }
      return closeByFarm(place, at: time)
    }
    if answers == 0 { return repeatSegment(place, at: time) }
    if isStalled {
      endSilence(of: flow, at: time)
      count(flow) { $0.answeredLate += 1 }
    }
    if isLast { return closeInOrder(place, at: time, isHeard: true) }
    let mean = Double(streams[s].model.flow.segmentInterval.nanoseconds)
    let wait = UInt64(dice.exponential(mean: mean)) &+ applications.delays[Int(flow.node)]
    let gap = min(wait, UInt64(FlowTracking.idle.nanoseconds) - 1)
    flow.keep(dice)
    if isStalled && applications.hasBeenTroubled { endOutage(flow, at: time) }
    flow.since = .max
    flow.tries = 0
    flows[place] = flow
    schedule(place, at: min(time + max(1, gap), flow.end))
  }

  /// The verdicts of the nodes about a segment of an established flow, if nothing is lost by chance.
  @inline(__always) func verdict(
    on flow: FlowRecord, isTracked: Bool, _ coverage: borrowing Coverage
  ) -> FarmVerdict {
    let s = Int(flow.stream)
    return Filter.decide(
      .tcp(.ack), tracked: isTracked ? NodeSet(bits: 1 << UInt64(flow.node)) : NodeSet(),
      resets: nodes(s, flow.client, flow.key, in: coverage.resets),
      reach: NodeSet(bits: coverage.listening & streams[s].nodesWithRule))
  }

  /// A segment was not answered: it is sent again, until the client's patience is over.
  mutating func repeatSegment(_ place: UInt32, at time: UInt64) {
    let since = min(flows[place].since, time)
    let wait = UInt64(Traffic.firstRetransmission.nanoseconds) << UInt64(min(flows[place].tries, 16))
    flows[place].since = since
    flows[place].tries += 1
    schedule(place, at: min(time + wait, since + UInt64(Traffic.patience.nanoseconds)))
  }

  /// Ends the time without an answer, if there was one: the client of an open flow is answered again, gives up, or has
  /// sent everything.
  mutating func endSilence(of flow: FlowRecord, at time: UInt64) {
    if flow.since != .max, isCounted(flow) { silences[Int(flow.stream)].add(from: flow.since, to: time) }
  }

  /// The run ends while the client of an open flow has no answer yet: its silence lasts until its next attempt if that
  /// would be answered, and until its patience is over at most.
  /// - Parameter isKept: whether the next attempt would be answered.
  mutating func settleSilence(of flow: FlowRecord, isKept: Bool, at time: UInt64) {
    if flow.stage == .datagrams { return settleDatagrams(flow, at: time) }
    guard flow.since != .max, isCounted(flow) else { return }
    let last = flow.since + UInt64(Traffic.patience.nanoseconds)
    let waits = (UInt64(1) << UInt64(min(flow.tries, 16))) - 1
    let next = flow.since + waits * UInt64(Traffic.firstRetransmission.nanoseconds)
    silences[Int(flow.stream)].add(
      from: flow.since, to: time, isOver: false, next: isKept ? min(next, last) : last)
  }

  /// The client has closed the flow.
  private mutating func closeInOrder(_ place: UInt32, at time: UInt64, isHeard: Bool) {
    count(flows[place]) { $0.kept += 1 }
    close(place, at: time, isHeard: isHeard)
  }

  /// A node that does not know the flow has reset it.
  mutating func closeByFarm(_ place: UInt32, at time: UInt64) {
    let isLate = flows[place].since != .max
    endSilence(of: flows[place], at: time)
    countLost(flows[place], at: time)
    count(flows[place]) { counts in
      counts.reset += 1
      if isLate { counts.resetLate += 1 }
    }
    close(place, at: time, isHeard: false)
  }

  /// The client has lost its patience.
  private mutating func breakOff(_ place: UInt32, at time: UInt64) {
    endSilence(of: flows[place], at: time)
    countBroken(flows[place], at: time)
    close(place, at: time, isHeard: false)
  }

  mutating func countBroken(_ flow: FlowRecord, at time: UInt64) {
    count(flow) { $0.broken += 1 }
    if countLost(flow, at: time) { count(flow) { $0.brokenOutside += 1 } }
  }

  /// An established flow was broken or reset. - Returns: whether its node had not failed.
  @discardableResult
  private mutating func countLost(_ flow: FlowRecord, at time: UInt64) -> Bool {
    let isOutside = isLostOutside(flow, at: time)
    if isCounted(flow) {
      losses.lost(
        flow, isTracked: tracking.holds(flow), isOutside: isOutside,
        disturbance: disturbance(of: flow, at: time), at: time)
    }
    count(flow) { if isOutside { $0.lostElsewhere += 1 } else { $0.lostWithNode += 1 } }
    return isOutside
  }

  /// The flow is over for its client. A node that heard so drops its entry; else the entry waits for its time-out.
  private mutating func close(_ place: UInt32, at time: UInt64, isHeard: Bool) {
    let flow = flows[place]
    openFlows -= 1
    waitToBeServed(flow, at: time)
    if tracking.holds(flow) {
      if isHeard {
        untrack(flow)
      } else {
        var left = flow
        left.stage = .abandoned
        let silent = min(flow.since, time)
        schedule(
          flows.insert(left), at: max(time, silent + UInt64(FlowTracking.idle.nanoseconds)))
      }
    }
    endConnection(place, at: time)
  }

  /// A node's kernel drops the entry of a flow whose client left long ago.
  mutating func expire(_ place: UInt32) {
    let flow = flows[place]
    if tracking.holds(flow) { untrack(flow) }
    flows.remove(place)
  }
}
