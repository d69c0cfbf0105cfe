import Engine

/// Clients whose node accepts them, but whose application does not serve them.
extension Traffic {
  /// What a node's application does to its clients from now on.
  mutating func setApplication(of node: NodeID, refuses: Bool, isSilent: Bool, delay: Duration) {
    applications.set(node.index, refuses: refuses, isSilent: isSilent, delay: delay)
    mayServeAgain = true
  }

  /// A node's application ended, with its connections: its kernel resets them at once, known to the filter or not,
  /// since that looks at nothing which leaves the node. Who does not hear it is reset once he goes on.
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
      // The event under way finds that nothing is left to do; what the client does next is another record's.
      flows[UInt32(place)].stage = .abandoned
      closeByFarm(flows.insert(flow), at: time.nanoseconds)
    }
  }

  /// What hid a node from its clients is over: what breaks within some patience from now is still charged to it.
  mutating func nodeShown(_ node: NodeID, at time: Instant) {
    hiddenUntil[node.index] = min(hiddenUntil[node.index], (time + Traffic.patience).nanoseconds)
  }

  /// A node accepted a first packet and does not serve: the client is refused, or waits for an answer.
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
    establish(place, at: time)
  }

  /// A segment comes to a node whose application is in trouble, or has lost the connection.
  /// - Returns: whether that is all there is to it.
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
    let reached = loss.receivers(of: bit & coverage.listening & stream.nodesWithRule)
    note(reached, of: Int(flow.stream), at: time, bytes: stream.model.flow.segmentBytes)
    if reached == 0 {
      tallies[Int(flow.stream)].lostOfOpen += 1
    } else if isIgnored {
      tallies[Int(flow.stream)].unserved += 1
    }
    let isAnswered = !isIgnored && loss.answers(of: reached & coverage.heard.bits) != 0
    if isAnswered { closeByFarm(place, at: time) } else { repeatSegment(place, at: time) }
    return true
  }

  /// A client that was left without an answer has one.
  mutating func endOutage(_ flow: FlowRecord, at time: UInt64) {
    let s = Int(flow.stream)
    guard !streams[s].unansweredSince.isEmpty else { return }
    let since = streams[s].unansweredSince[Int(flow.client)]
    guard since != .max else { return }
    streams[s].unansweredSince[Int(flow.client)] = .max
    outages[s].add(from: since, to: time)
  }
}
