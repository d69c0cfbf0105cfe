import Engine

/// Clients that gave up. Their outage lasts until they would be served, not until they happen to come again.
extension Traffic {
  /// Filters, machines or networks have changed.
  mutating func servingChanged() { mayServeAgain = true }

  /// The nodes whose kernels answer a client that comes now, if nothing is lost by chance.
  private func answering(_ s: Int, _ client: UInt32, _ key: UInt16, _ coverage: borrowing Coverage) -> UInt64
  {
    serving(s, client, key, coverage).intersection(coverage.heard).bits
  }

  func isAnswered(_ s: Int, _ client: UInt32, _ key: UInt16, _ coverage: borrowing Coverage) -> Bool {
    answering(s, client, key, coverage) != 0
  }

  /// Whether a client would be served if it came now, from the port that it used last.
  func isServed(_ s: Int, _ client: UInt32, _ key: UInt16, _ coverage: borrowing Coverage) -> Bool {
    let answers = answering(s, client, key, coverage)
    if answers == 0 || applications.leavesAlone(answers) { return false }
    return !streams[s].isTCP || answers & (answers &- 1) == 0
  }

  /// A client's connection is over but its outage is not: it waits, since it does not try again by itself.
  mutating func waitToBeServed(_ flow: FlowRecord, at time: UInt64) {
    let s = Int(flow.stream)
    if streams[s].unansweredSince.isEmpty || streams[s].unansweredSince[Int(flow.client)] == .max { return }
    waiting.add(.init(stream: flow.stream, key: flow.key, client: flow.client, since: time))
  }

  /// Something has changed since packets were played: clients that are served now have been served since then.
  mutating func endOutages(_ coverage: borrowing Coverage) {
    mayServeAgain = false
    if !waiting.all.isEmpty { endOutages(atAll: true, coverage) }
  }

  /// A client that gave up just now might be served if it tried again, for example if its packets were lost by chance.
  @inline(__always) mutating func endNewOutages(_ coverage: borrowing Coverage) {
    if waiting.hasNew { endOutages(atAll: false, coverage) }
  }

  private mutating func endOutages(atAll: Bool, _ coverage: borrowing Coverage) {
    var left = waiting
    waiting = WaitingClients()
    let from = atAll ? playedUntil : 0
    left.look(atAll: atAll) { client in
      let (s, c) = (Int(client.stream), Int(client.client))
      let since = streams[s].unansweredSince[c]
      if since == .max { return true }
      guard isServed(s, client.client, client.key, coverage) else { return false }
      streams[s].unansweredSince[c] = .max
      outages[s].add(from: since, to: max(client.since, from))
      return true
    }
    waiting = left
  }

  /// Clients that failed before measuring began do not count.
  mutating func forgetUnserved() {
    waiting.removeAll()
    for s in streams.indices { streams[s].unansweredSince = [] }
  }
}
