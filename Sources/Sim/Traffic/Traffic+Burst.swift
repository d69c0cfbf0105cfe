import Engine

extension Traffic {
  /// Plays requests of a UDP stream while each is answered by exactly one node. The first one that is not is played too
  /// and ends the burst.
  ///
  /// A request takes no queue, no record and no allocation here.
  /// - Parameter limit: an instant before which nothing else happens; above the stream's next arrival.
  mutating func burst(of s: Int, until limit: UInt64, _ coverage: borrowing Coverage) {
    let bytes = streams[s].model.flow.segmentBytes
    guard loss.isNone, loss.sparesAnswers, openWatches == 0, !applications.isTroubled,
      streams[s].match != nil,
      streams[s].meanings.isEmpty
    else {
      return request(s, bytes: bytes, coverage)
    }
    let words = coverage.owned[streams[s].group]
    let reach = NodeSet(bits: coverage.listening & streams[s].nodesWithRule)
    let heard = coverage.heard.bits
    let mayHaveFailed = !streams[s].unansweredSince.isEmpty
    let first = s &* nodeCount
    var fold = fold
    var sent = 0
    var failed: (arrival: Arrival, accepting: UInt64)?
    while failed == nil, streams[s].nextArrival < limit {
      var played = 0
      for arrival in streams[s].waiting {
        if arrival.time >= limit { break }
        played &+= 1
        let owned = NodeSet(bits: words[Int(arrival.key)])
        let accepting = Filter.decide(.udp, owned: owned, reach: reach).accepting.bits
        if accepting & heard == 0 || accepting & (accepting &- 1) != 0 {
          failed = (arrival, accepting)
          break
        }
        loads[first &+ accepting.trailingZeroBitCount].note(bytes: bytes)
        fold = (fold &+ arrival.time &+ accepting) &* 0x9e37_79b9_7f4a_7c15
        if mayHaveFailed { answer(arrival, of: s) }
      }
      streams[s].skip(played)
      sent &+= failed == nil ? played : played &- 1
    }
    self.fold = fold
    tallies[s].sent += sent
    tallies[s].begun += sent
    streams[s].arrived &+= UInt32(truncatingIfNeeded: sent)
    if let failed {
      request(
        s, failed.arrival, failed.accepting, failed.accepting & heard, isAnswered: false, bytes: bytes)
    }
  }

  private mutating func answer(_ arrival: Arrival, of s: Int) {
    let client = Int(arrival.client)
    let since = streams[s].unansweredSince[client]
    guard since != .max else { return }
    streams[s].unansweredSince[client] = .max
    outages[s].add(from: since, to: arrival.time)
  }

  /// Plays the next request of a stream the slow way.
  private mutating func request(_ s: Int, bytes: Int, _ coverage: borrowing Coverage) {
    let arrival = streams[s].take()
    let accepting = accepting(s, arrival.client, arrival.key, coverage)
    let answers = loss.answers(of: accepting & coverage.heard.bits)
    let isAnswered = answers != 0 || isAnswered(s, arrival.client, arrival.key, coverage)
    request(s, arrival, accepting, answers, isAnswered: isAnswered, bytes: bytes)
  }

  /// Plays the first attempt of a request. Only a request that is not answered needs a record.
  /// - Parameter isAnswered: whether a node would answer if nothing were lost by chance.
  private mutating func request(
    _ s: Int, _ arrival: Arrival, _ accepting: UInt64, _ answers: UInt64, isAnswered: Bool, bytes: Int
  ) {
    let time = arrival.time
    var flow = FlowRecord()
    flow.stage = .connecting
    flow.stream = UInt16(truncatingIfNeeded: s)
    flow.client = arrival.client
    flow.key = arrival.key
    flow.number = streams[s].arrived
    flow.isOfTheStart = isForming
    streams[s].arrived &+= 1
    count(flow) { $0.begun += 1 }
    note(accepting, of: s, at: time, bytes: bytes)
    if answers == 0 || applications.leavesAlone(answers) {
      if answers != 0 { tallies[s].unserved += 1 }
      retry(
        flows.insert(flow), isLost: answers == 0 && isAnswered,
        leftAloneBy: answers == 0 ? nil : answers.trailingZeroBitCount, at: time)
    } else {
      come(flow, at: time)
    }
  }
}
