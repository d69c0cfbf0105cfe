import Engine

/// Clients that were not served, until they would be: when they come next is their own affair.
extension Traffic {
  /// Filters, machines or networks have changed.
  mutating func servingChanged() { mayServeAgain = true }

  /// The nodes whose kernels answer a client that comes now, if nothing is lost by chance.
  private func answering(_ s: Int, _ client: UInt32, _ key: UInt16, _ coverage: borrowing Coverage) -> UInt64
  {
    if streams[s].match == nil { return 0 }
    return streams[s].nodes(client, key, in: coverage.owned) & coverage.listening & coverage.heard.bits
  }

  func isAnswered(_ s: Int, _ client: UInt32, _ key: UInt16, _ coverage: borrowing Coverage) -> Bool {
    answering(s, client, key, coverage) != 0
  }

  /// Whether a client is served if it comes now, from where it came last.
  func isServed(_ s: Int, _ client: UInt32, _ key: UInt16, _ coverage: borrowing Coverage) -> Bool {
    let answers = answering(s, client, key, coverage)
    if answers == 0 || applications.leavesAlone(answers) { return false }
    return !streams[s].isTCP || answers & (answers &- 1) == 0
  }

  /// A client whose connection is over has an outage that is not: it does not try again by itself.
  mutating func waitToBeServed(_ flow: FlowRecord, at time: UInt64) {
    let s = Int(flow.stream)
    if streams[s].unansweredSince.isEmpty || streams[s].unansweredSince[Int(flow.client)] == .max { return }
    waiting.add(.init(stream: flow.stream, key: flow.key, client: flow.client, since: time))
  }

  /// Something has changed since packets were played: who is served by now was from then on.
  mutating func endOutages(_ coverage: borrowing Coverage) {
    mayServeAgain = false
    if !waiting.all.isEmpty { endOutages(atAll: true, coverage) }
  }

  /// Who gave up just now may be served if he tried again: of a packet that was lost by chance, for example.
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

  /// Nobody who failed before measuring began counts.
  mutating func forgetUnserved() {
    waiting.removeAll()
    for s in streams.indices { streams[s].unansweredSince = [] }
  }
}
