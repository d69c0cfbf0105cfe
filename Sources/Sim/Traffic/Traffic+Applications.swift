import Engine

/// Clients whom a node accepts but its application does not serve.
extension Traffic {
  /// Sets how a node's application treats its clients from now on.
  mutating func setApplication(of node: NodeID, refuses: Bool, isSilent: Bool, delay: Duration) {
    applications.set(node.index, refuses: refuses, isSilent: isSilent, delay: delay)
    mayServeAgain = true
  }

  /// A node's application has ended, and its connections with it: the kernel resets them at once.
  ///
  /// The resets pass whether or not the filter knows the flows, since it does not look at packets that leave the node.
  /// A client that does not hear its reset gets one when it sends the next segment.
  /// - Parameter isHeard: whether clients hear the node.
  mutating func applicationEnded(_ node: NodeID, isHeard: Bool, at time: Instant) {
    let bit: UInt64 = 1 << UInt64(node.rawValue)
    let oldest = applications.oldest[node.index]
    let generation = tracking.generations[node.index]
    tracking.forget(node, hasFailed: true)
    losses.forgot(node, at: time.nanoseconds)
    applications.ended[node.index] = generation
    stateLost(of: node)
    applications.oldest[node.index] = tracking.generations[node.index]
    guard isHeard else { return }
    for (place, flow) in flows.records.enumerated()
    where flow.stage == .open && flow.node == node.rawValue && flow.generation >= oldest
      && loss.answers(of: bit) != 0
    {
      // The pending event will find an abandoned flow. A new record carries the client on.
      flows[UInt32(place)].stage = .abandoned
      closeByFarm(flows.insert(flow), at: time.nanoseconds)
    }
  }

  /// A node is no longer hidden from its clients. Flows that break within ``patience`` from now are still charged to
  /// that.
  mutating func nodeShown(_ node: NodeID, at time: Instant) {
    hiddenUntil[node.index] = min(hiddenUntil[node.index], (time + Traffic.patience).nanoseconds)
  }

  /// A node accepted a first packet but its application does not serve: the client is refused, or waits for an answer.
  mutating func meetNobody(_ place: UInt32, _ answers: UInt64, isTCP: Bool, at time: UInt64) {
    let node = answers.trailingZeroBitCount
    guard isTCP else {
      tallies[Int(flows[place].stream)].unserved += 1
      return retry(place, isLost: false, leftAloneBy: node, at: time)
    }
    let flow = flows[place]
    if openWatches > 0 { meetWatches(flow, at: time) }
    let since = min(flow.since, time)
    giveUp(flow, since: since)
    if answers & applications.refusing != 0 {
      count(flow) { $0.connectsRefused += 1 }
      if isCounted(flow) {
        losses.refused(since: since, cause: cause(of: flow, since: since, leftAloneBy: node))
      }
      waitToBeServed(flow, at: time)
      return endConnection(place, at: time)
    }
    meet(place, node: UInt8(truncatingIfNeeded: answers.trailingZeroBitCount))
    flows[place].since = since
    count(flow) { $0.connectsLeftAlone += 1 }
    establish(place, at: time)
  }

  /// Handles a segment to a node whose application is in trouble or has lost the connection.
  /// - Returns: whether it did; the caller handles every other segment.
  mutating func meetsTrouble(
    _ place: UInt32, isTracked: Bool, at time: UInt64, _ coverage: borrowing Coverage
  ) -> Bool {
    let flow = flows[place]
    let bit: UInt64 = 1 << UInt64(flow.node)
    let isLost = !isTracked && applications.ended[Int(flow.node)] == flow.generation
    let isRefused = isTracked && applications.refusing & bit != 0
    let isIgnored = isTracked && applications.silent & bit != 0
    guard isLost || isRefused || isIgnored else { return false }
    let stream = streams[Int(flow.stream)]
    let receiver = bit & coverage.listening & stream.nodesWithRule
    let reached = loss.receivers(of: receiver)
    note(reached, of: Int(flow.stream), at: time, bytes: stream.model.flow.segmentBytes)
    if reached == 0 {
      tallies[Int(flow.stream)].lostOfOpen += 1
      if receiver != 0 { tallies[Int(flow.stream)].lostOnTheWay += 1 }
    } else if isIgnored {
      tallies[Int(flow.stream)].unserved += 1
    }
    let isAnswered = !isIgnored && loss.answers(of: reached & coverage.heard.bits) != 0
    if isAnswered { closeByFarm(place, at: time) } else { repeatSegment(place, at: time) }
    return true
  }

  /// A client that had failed has an answer again.
  mutating func endOutage(_ flow: FlowRecord, at time: UInt64) {
    let s = Int(flow.stream)
    guard !streams[s].unansweredSince.isEmpty else { return }
    let since = streams[s].unansweredSince[Int(flow.client)]
    guard since != .max else { return }
    streams[s].unansweredSince[Int(flow.client)] = .max
    outages[s].add(from: since, to: time)
  }
}
