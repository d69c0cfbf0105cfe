import Engine

extension Traffic {
  /// Plays every packet before `limit`. At equal times arrivals come first, then what was due first.
  public mutating func run(until limit: Instant, coverage: borrowing Coverage) {
    let limit = limit.nanoseconds
    if mayServeAgain { endOutages(coverage) }
    defer {
      endNewOutages(coverage)
      playedUntil = max(playedUntil, limit)
    }
    while true {
      let event = queue.nextTime?.nanoseconds ?? .max
      var (first, arrival, others) = (0, UInt64.max, UInt64.max)
      for s in streams.indices {
        let next = streams[s].nextArrival
        if next < arrival {
          (first, arrival, others) = (s, next, arrival)
        } else {
          others = min(others, next)
        }
      }
      let time = min(event, arrival)
      if time >= limit { return }
      while time >= recorder.edge { closeBin() }
      if event < arrival {
        let beginsGroup = queue.isBetweenGroups
        guard let (_, place) = queue.popNext() else { preconditionFailure("an event was due") }
        if beginsGroup { flows.expect(queue.group) }
        happen(place, at: event, coverage)
      } else if streams[first].hasFlows {
        arrive(first, at: arrival, coverage)
      } else {
        // Another arrival or event at the very same time comes after this one, so at least this one is played.
        burst(of: first, until: max(arrival + 1, min(limit, event, others, recorder.edge)), coverage)
      }
    }
  }

  /// Takes the next step of a connection under way.
  private mutating func happen(_ place: UInt32, at time: UInt64, _ coverage: borrowing Coverage) {
    switch flows[place].stage {
    case .connecting: attempt(place, at: time, coverage)
    case .open: segment(place, at: time, coverage)
    case .datagrams: datagram(place, at: time, coverage)
    case .thinking: reconnect(place, at: time, coverage)
    case .abandoned: expire(place)
    case .free: preconditionFailure("a connection that is over has no events")
    }
  }

  /// Begins a new connection or session.
  private mutating func arrive(_ s: Int, at time: UInt64, _ coverage: borrowing Coverage) {
    let arrival = streams[s].take()
    var flow = FlowRecord()
    flow.stream = UInt16(truncatingIfNeeded: s)
    flow.client = arrival.client
    flow.number = nextNumber(s)
    prepare(&flow, key: arrival.key)
    attempt(flows.insert(flow), at: time, coverage)
  }

  mutating func nextNumber(_ s: Int) -> UInt32 {
    let number = streams[s].arrived
    precondition(number < .max, "a stream has at most 2^32 - 1 connections")
    streams[s].arrived = number + 1
    return number
  }

  mutating func closeBin() {
    recorder.close(nodeLoads, counts)
  }

  /// Schedules the one event of a connection.
  @inline(__always) mutating func schedule(_ place: UInt32, at time: UInt64) {
    queue.insert(at: Instant(nanoseconds: time), place)
  }

  /// Counts a packet that a stream's client sent.
  /// - Parameters:
  ///   - accepting: the nodes that accepted it.
  ///   - isReset: whether a node that did not know its flow got it and answers with a reset.
  @inline(__always) mutating func note(
    _ accepting: UInt64, of s: Int, at time: UInt64, bytes: Int, isReset: Bool = false
  ) {
    tallies[s].note(accepting, isReset: isReset)
    fold = (fold &+ time &+ accepting) &* 0x9e37_79b9_7f4a_7c15
    var left = accepting
    while left != 0 {
      loads[s &* nodeCount &+ left.trailingZeroBitCount].note(bytes: bytes)
      left &= left &- 1
    }
  }
}
