import Engine

/// Connects and requests: attempts, retries, giving up, and the start of a flow.
///
/// ``Traffic/attempt(_:at:_:)`` judges one SYN or request. With one answer the connection meets its node and becomes a
/// flow. Without an answer it is retried until the client gives up; that begins an outage, which lasts until the client
/// comes through or would.
extension Traffic {
  /// The nodes that have a connection's bucket in some sets, each by its own rules.
  ///
  /// It asks the stream for one property at a time: a method of the stream that calls another would copy all of it.
  /// - Parameter words: the sets' nodes, by space and bucket.
  @inline(__always) func nodes(_ s: Int, _ client: UInt32, _ key: UInt16, in words: [[UInt64]]) -> NodeSet {
    if streams[s].meanings.isEmpty {
      return NodeSet(bits: words[streams[s].group][Int(key)] & streams[s].nodesWithRule)
    }
    return NodeSet(bits: streams[s].nodesByMeaning(client, key, in: words))
  }

  /// The nodes that accept a SYN or datagram if nothing is lost by chance.
  @inline(__always) func serving(
    _ s: Int, _ client: UInt32, _ key: UInt16, _ coverage: borrowing Coverage
  ) -> NodeSet {
    if streams[s].match == nil { return NodeSet() }
    return Filter.decide(
      .tcp(.syn), owned: nodes(s, client, key, in: coverage.owned), reach: NodeSet(bits: coverage.listening)
    ).accepting
  }

  /// The nodes that get a SYN or datagram and accept it.
  @inline(__always) mutating func accepting(
    _ s: Int, _ client: UInt32, _ key: UInt16, _ coverage: borrowing Coverage
  ) -> UInt64 {
    let owners = serving(s, client, key, coverage).bits
    let accepting = loss.receivers(of: owners)
    if accepting == 0 && owners != 0 { tallies[s].lostOnTheWay += 1 }
    return accepting
  }

  /// Makes a record ready for its first attempt from the port of a key.
  mutating func prepare(_ flow: inout FlowRecord, key: UInt16) {
    let s = Int(flow.stream)
    flow.isOfTheStart = isForming
    count(flow) { $0.begun += 1 }
    flow.stage = .connecting
    flow.since = .max
    flow.tries = 0
    flow.key = key
    if streams[s].hasFlows {
      var dice = streams[s].dice(of: flow)
      flow.end = streams[s].model.flow.duration.draw(&dice)
      flow.keep(dice)
    }
  }

  /// Plays one SYN, or one datagram of a request.
  mutating func attempt(_ place: UInt32, at time: UInt64, _ coverage: borrowing Coverage) {
    let flow = flows[place]
    let s = Int(flow.stream)
    if flow.tries > 0, isCounted(flow) { mostRetries[s] = max(mostRetries[s], Int(flow.tries)) }
    let isTCP = streams[s].isTCP
    let accepting = accepting(s, flow.client, flow.key, coverage)
    note(
      accepting, of: s, at: time,
      bytes: isTCP ? Traffic.controlSegmentBytes : streams[s].model.flow.segmentBytes)
    let answers = loss.answers(of: accepting & coverage.heard.bits)
    if answers == 0 { return retry(place, isLost: isAnswered(s, flow.client, flow.key, coverage), at: time) }
    if isTCP && answers & (answers &- 1) != 0 {
      count(flow) { $0.connectsReset += 1 }
      let since = min(flow.since, time)
      if isCounted(flow) { losses.answeredTwice(since: since, cause: cause(of: flow, since: since)) }
      if openWatches > 0 { meetWatches(flow, at: time) }
      giveUp(flow, since: min(flow.since, time))
      waitToBeServed(flow, at: time)
      return endConnection(place, at: time)
    }
    if applications.leavesAlone(answers) { return meetNobody(place, answers, isTCP: isTCP, at: time) }
    come(flow, at: time)
    flows[place].since = .max
    meet(place, node: UInt8(truncatingIfNeeded: answers.trailingZeroBitCount))
    if isTCP {
      establish(place, at: time)
    } else if streams[s].hasFlows {
      beginDatagrams(place, at: time)
    } else {
      endConnection(place, at: time)
    }
  }

  /// No node answered: the client waits and tries again, or gives up.
  /// - Parameters:
  ///   - isLost: whether a node would have answered had nothing been lost by chance.
  ///   - node: the node that accepted it though its application did not serve it; `nil` if none did.
  mutating func retry(_ place: UInt32, isLost: Bool, leftAloneBy node: Int? = nil, at time: UInt64) {
    let flow = flows[place]
    let s = Int(flow.stream)
    let since = min(flow.since, time)
    let tries = Int(flow.tries)
    if tries < min(streams[s].model.flow.retries.count, 255) {
      if tries == 0 {
        count(flow) { $0.repeated += 1 }
        if isCounted(flow) {
          let cause = isLost ? nil : cause(of: flow, since: since, leftAloneBy: node)
          losses.repeated(since: since, cause: cause, isLost: isLost)
        }
      }
      flows[place].since = since
      flows[place].tries += 1
      let wait = streams[s].model.flow.retries[tries]
      return schedule(place, at: time + UInt64(max(1, wait.nanoseconds)))
    }
    count(flow) { $0.unanswered += 1 }
    if isCounted(flow) {
      losses.unanswered(since: since, cause: cause(of: flow, since: since, leftAloneBy: node))
    }
    giveUp(flow, since: since)
    waitToBeServed(flow, at: time)
    endConnection(place, at: time)
  }

  /// The client has failed: its outage lasts until another attempt comes through. See ``waitToBeServed(_:at:)``.
  mutating func giveUp(_ flow: FlowRecord, since: UInt64) {
    guard isCounted(flow) else { return }
    let s = Int(flow.stream)
    if streams[s].unansweredSince.isEmpty {
      streams[s].unansweredSince = [UInt64](repeating: .max, count: streams[s].clients.population)
    }
    let client = Int(flow.client)
    streams[s].unansweredSince[client] = min(streams[s].unansweredSince[client], since)
  }

  /// A client's attempt was answered, so its outage, if it had one, is over.
  mutating func come(_ flow: FlowRecord, at time: UInt64) {
    if openWatches > 0 { meetWatches(flow, at: time) }
    // Attempts from before the farm has formed are no outage.
    var since = isCounted(flow) ? flow.since : .max
    let s = Int(flow.stream)
    if !streams[s].unansweredSince.isEmpty {
      since = min(since, streams[s].unansweredSince[Int(flow.client)])
      streams[s].unansweredSince[Int(flow.client)] = .max
    }
    if since != .max { outages[s].add(from: since, to: time) }
  }

  /// A node has answered and tracks the flow from here on.
  mutating func establish(_ place: UInt32, at time: UInt64) {
    var flow = flows[place]
    let s = Int(flow.stream)
    let node = Int(flow.node)
    flow.stage = .open
    flow.tries = 0
    flow.end = time &+ flow.end
    flow.generation = tracking.generations[node]
    track(flow)
    if !flow.isOfTheStart { loads[s * nodeCount + node].flows += 1 }
    count(flow) { $0.opened += 1 }
    openFlows += 1
    flows[place] = flow
    let roundTrip =
      path.delayOut[node].draw(&delayDice) + path.delayIn[node].draw(&delayDice) + applications.delays[node]
    schedule(place, at: min(time + roundTrip, flow.end))
  }
}
