import Engine

extension Traffic {
  /// A connection of a session has come to a node.
  mutating func meet(_ place: UInt32, node: UInt8) {
    flows[place].node = node
    let first = flows[place].firstNode
    if first == FlowRecord.noNode {
      flows[place].firstNode = node
    } else if first != node && first != FlowRecord.movedAlready {
      tallies[Int(flows[place].stream)].sessionsMoved += 1
      flows[place].firstNode = FlowRecord.movedAlready
    }
  }

  /// A connection is over, well or not: the session continues after a while, or ends.
  ///
  /// The probability to continue is the same after each connection, so the number of connections is geometric.
  mutating func endConnection(_ place: UInt32, at time: UInt64) {
    let flow = flows[place]
    let s = Int(flow.stream)
    guard let session = streams[s].model.session, session.connections > 1 else { return flows.remove(place) }
    var dice = streams[s].dice(of: flow)
    let goesOn = dice.bernoulli(1 - 1 / session.connections)
    let think = UInt64(dice.exponential(mean: Double(session.thinkTime.nanoseconds)))
    flows[place].keep(dice)
    guard goesOn else { return flows.remove(place) }
    flows[place].stage = .thinking
    schedule(place, at: time + max(1, think))
  }

  /// The next connection of a session, from another port.
  mutating func reconnect(_ place: UInt32, at time: UInt64, _ coverage: borrowing Coverage) {
    var flow = flows[place]
    let s = Int(flow.stream)
    var dice = streams[s].dice(of: flow)
    let port = Clients.port(dice.next())
    flow.keep(dice)
    prepare(&flow, key: streams[s].key(client: flow.client, port: port))
    flows[place] = flow
    attempt(place, at: time, coverage)
  }
}
