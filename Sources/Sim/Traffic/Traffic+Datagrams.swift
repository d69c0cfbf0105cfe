import Engine

/// Flows of datagrams that belong together: see ``DatagramModel``.
///
/// The first datagram is a request like any other. Once it is answered, the client sends the others at random intervals
/// until the flow's end, whether or not they are answered. Each goes to the owner of its bucket; if that is another
/// node than before, the flow has moved, and ``DatagramModel/onMove`` says whether it survives. A client that hears
/// nothing for ``DatagramModel/patience`` gives the flow up as broken.
extension Traffic {
  /// The first datagram of a flow was answered, so the node's application knows the flow from here on.
  mutating func beginDatagrams(_ place: UInt32, at time: UInt64) {
    var flow = flows[place]
    flow.stage = .datagrams
    flow.tries = 0
    flow.end = time &+ flow.end
    know(&flow, at: flow.node)
    let s = Int(flow.stream)
    if !flow.isOfTheStart { loads[s * nodeCount + Int(flow.node)].flows += 1 }
    count(flow) { $0.opened += 1 }
    openFlows += 1
    if flow.end <= time { return closeDatagrams(flow, place, at: time) }
    goOn(flow, place, at: time)
  }

  /// Plays one datagram of a flow, the last one if its time is over.
  mutating func datagram(_ place: UInt32, at time: UInt64, _ coverage: borrowing Coverage) {
    var flow = flows[place]
    let s = Int(flow.stream)
    guard let model = streams[s].model.datagrams else { preconditionFailure("a flow of single requests") }
    if flow.since != .max && time >= flow.since &+ UInt64(model.patience.nanoseconds) {
      return breakDatagrams(flow, place, at: time)
    }
    let accepting = accepting(s, flow.client, flow.key, coverage)
    note(accepting, of: s, at: time, bytes: streams[s].model.flow.segmentBytes)
    if accepting == 0 { tallies[s].lostOfOpen += 1 }
    if openWatches > 0 && accepting != 0 { meetWatches(flow, at: time) }
    let answers = loss.answers(of: accepting & coverage.heard.bits)
    if isAnswered(&flow, accepting, answers, model.onMove) {
      endSilence(of: flow, at: time)
      flow.since = .max
    } else {
      flow.since = min(flow.since, time)
    }
    if time >= flow.end { return closeDatagrams(flow, place, at: time) }
    goOn(flow, place, at: time)
  }

  /// Whether the client gets an answer. Counts moves and datagrams that no application answers, and sets `tries` to 1
  /// where the application does not know the flow.
  /// - Parameters:
  ///   - accepting: the nodes that got the datagram.
  ///   - answers: those of them whose answer would reach the client.
  private mutating func isAnswered(
    _ flow: inout FlowRecord, _ accepting: UInt64, _ answers: UInt64, _ onMove: DatagramModel.MoveEffect
  ) -> Bool {
    if accepting == 0 { return false }
    var node = flow.node
    if accepting >> UInt64(node) & 1 == 0 {
      node = UInt8(truncatingIfNeeded: accepting.trailingZeroBitCount)
      if onMove == .breaks {
        if flow.tries == 0 { count(flow) { $0.flowsMoved += 1 } }
        flow.tries = 1
      }
    } else if onMove == .breaks {
      flow.tries = flow.life == lives[Int(node)] ? 0 : 1
    }
    if flow.tries > 0 || applications.leavesAlone(1 << UInt64(node)) {
      tallies[Int(flow.stream)].unserved += 1
      return false
    }
    if answers >> UInt64(node) & 1 == 0 { return false }
    if node != flow.node { count(flow) { $0.flowsMoved += 1 } }
    know(&flow, at: node)
    return true
  }

  /// A node's application has answered, so it knows the flow.
  private func know(_ flow: inout FlowRecord, at node: UInt8) {
    flow.node = node
    flow.life = lives[Int(node)]
    flow.generation = tracking.generations[Int(node)]
  }

  /// Schedules the next datagram: the last one is sent at the flow's end, and none after the client's patience.
  private mutating func goOn(_ flow: FlowRecord, _ place: UInt32, at time: UInt64) {
    let s = Int(flow.stream)
    var flow = flow
    var dice = streams[s].dice(of: flow)
    let mean = Double(streams[s].model.flow.segmentInterval.nanoseconds)
    let gap = UInt64(min(dice.exponential(mean: mean), 0x1p60))
    flow.keep(dice)
    flows[place] = flow
    var next = min(time + max(1, gap), flow.end)
    if flow.since != .max, let model = streams[s].model.datagrams {
      next = min(next, flow.since &+ UInt64(model.patience.nanoseconds))
    }
    schedule(place, at: max(next, time + 1))
  }

  /// The client has sent its last datagram: the flow was kept, unless no application knew it any more.
  private mutating func closeDatagrams(_ flow: FlowRecord, _ place: UInt32, at time: UInt64) {
    if flow.tries > 0 { return breakDatagrams(flow, place, at: time) }
    endSilence(of: flow, at: time)
    count(flow) { $0.kept += 1 }
    openFlows -= 1
    flows.remove(place)
  }

  private mutating func breakDatagrams(_ flow: FlowRecord, _ place: UInt32, at time: UInt64) {
    endSilence(of: flow, at: time)
    countBroken(flow, at: time)
    openFlows -= 1
    flows.remove(place)
  }

  /// The run ends while the client has no answer: its silence lasts at most until its patience is over or it has sent
  /// its last datagram.
  mutating func settleDatagrams(_ flow: FlowRecord, at time: UInt64) {
    guard flow.since != .max, isCounted(flow), let model = streams[Int(flow.stream)].model.datagrams else {
      return
    }
    let last = min(flow.since &+ UInt64(model.patience.nanoseconds), flow.end)
    silences[Int(flow.stream)].add(from: flow.since, to: time, isOver: false, next: max(last, time))
  }

  /// A node's application is gone, and with it the state that it kept of its clients.
  public mutating func stateLost(of node: NodeID) { lives[node.index] &+= 1 }
}
