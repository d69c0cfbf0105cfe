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
    let first = s &* nodeCount
    var stream = streams[s]
    var fold = fold
    var sent = 0
    var failed: (time: UInt64, client: UInt32, bucket: UInt16, accepting: UInt64)?
    while stream.arrivals.next < limit {
      let time = stream.arrivals.next
      let (client, port) = stream.clients.draw()
      stream.arrivals.advance()
      let bucket = stream.bucket(client: client, port: port)
      let accepting = Filter.decide(.udp, owned: NodeSet(bits: words[Int(bucket)]), reach: reach).accepting
        .bits
      if accepting & heard == 0 || accepting & (accepting &- 1) != 0 {
        failed = (time, client, bucket, accepting)
        break
      }
      let node = accepting.trailingZeroBitCount
      loads[first &+ node].packets &+= 1
      loads[first &+ node].bytes &+= bytes
      fold = (fold &+ time &+ accepting) &* 0x9e37_79b9_7f4a_7c15
      sent &+= 1
      if !stream.unansweredSince.isEmpty { answer(client, at: time, of: s, &stream) }
    }
    self.fold = fold
    tallies[s].sent += sent
    tallies[s].begun += sent
    stream.arrived &+= UInt32(truncatingIfNeeded: sent)
    streams[s] = stream
    if let failed {
      request(
        s, failed.client, failed.bucket, failed.accepting, failed.accepting & heard, isAnswered: false,
        at: failed.time, bytes: bytes)
    }
  }

  private mutating func answer(
    _ client: UInt32, at time: UInt64, of s: Int, _ stream: inout TrafficStream
  ) {
    let since = stream.unansweredSince[Int(client)]
    guard since != .max else { return }
    stream.unansweredSince[Int(client)] = .max
    outages[s].add(from: since, to: time)
  }

  /// Plays the next request of a stream the slow way.
  private mutating func request(_ s: Int, bytes: Int, _ coverage: borrowing Coverage) {
    let time = streams[s].arrivals.next
    let (client, port) = streams[s].clients.draw()
    streams[s].arrivals.advance()
    let key = streams[s].key(client: client, port: port)
    let accepting = accepting(s, client, key, coverage)
    let answers = loss.answers(of: accepting & coverage.heard.bits)
    let isAnswered = answers != 0 || isAnswered(s, client, key, coverage)
    request(s, client, key, accepting, answers, isAnswered: isAnswered, at: time, bytes: bytes)
  }

  /// Plays the first attempt of a request. Only a request that is not answered needs a record.
  /// - Parameter isAnswered: whether a node would answer if nothing were lost by chance.
  private mutating func request(
    _ s: Int, _ client: UInt32, _ key: UInt16, _ accepting: UInt64, _ answers: UInt64, isAnswered: Bool,
    at time: UInt64, bytes: Int
  ) {
    var flow = FlowRecord()
    flow.stage = .connecting
    flow.stream = UInt16(truncatingIfNeeded: s)
    flow.client = client
    flow.key = key
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
