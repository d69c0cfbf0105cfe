import Engine

/// One stream of a scenario's traffic, with everything about its packets that never changes looked up.
struct TrafficStream: Sendable {
  let model: TrafficModel
  let isTCP: Bool
  /// Whether what a client begins lasts, so that it has a duration: every flow but single requests.
  let hasFlows: Bool
  /// `nil`: no rule speaks about its packets, and no node accepts them.
  let match: RuleMatch?
  /// The nodes whose kernels have a rule that speaks about its packets.
  private(set) var nodesWithRule: UInt64
  var arrivals: Arrivals
  var clients: Clients
  /// By client, if the port does not matter; else empty.
  let bucketOfClient: [UInt16]
  /// Connections (or requests) of the stream so far, those of sessions under way not counted.
  var arrived: UInt32 = 0
  /// The seed of the random numbers of its connections, so that other streams do not change them.
  let connectionSeed: UInt64
  /// By client: since when it has failed, if it gave up and has not come through since; empty until one does.
  var unansweredSince: [UInt64] = []

  /// - Parameter rules: of each of the scenario's ``Scenario/configurations``.
  init(_ scenario: Scenario, rules: [RuleSet], seed: UInt64, trial: Int, index: Int) {
    let model = scenario.traffic[index]
    self.model = model
    isTCP = scenario.rule(of: model).transport == .tcp
    hasFlows = isTCP || model.datagrams != nil
    let matches = rules.map { scenario.match(of: model, under: $0) }
    // Whichever have one have the same.
    let match = matches.lazy.compactMap { $0 }.first
    self.match = match
    nodesWithRule = matches[0] == nil ? 0 : .max
    arrivals = Arrivals(model.arrivals, seed: seed, trial: trial, stream: index)
    let clients = Clients(model.clients, seed: seed, trial: trial, stream: index)
    self.clients = clients
    var dice = RandomStream(seed: seed, trial: trial, entity: UInt64(index), purpose: .segments)
    connectionSeed = dice.next()
    switch match?.identity {
    case .address, .network:
      bucketOfClient = (0..<UInt32(clients.population)).map {
        match!.bucket(address: clients.address(of: $0), port: 0).rawValue
      }
    case .addressPort, .port, nil: bucketOfClient = []
    }
  }

  var group: Int { match?.group.index ?? 0 }

  /// A node's kernel has other rules from now on.
  mutating func setRules(_ rules: RuleSet, of node: NodeID) {
    let found = rules.match(isTCP ? .tcp : .udp, destination: model.virtualIP, port: model.port)
    let bit: UInt64 = 1 << UInt64(node.rawValue)
    nodesWithRule = found != nil && found == match ? nodesWithRule | bit : nodesWithRule & ~bit
  }

  /// The bucket of a connection.
  @inline(__always) func bucket(client: UInt32, port: UInt16) -> UInt16 {
    if !bucketOfClient.isEmpty { return bucketOfClient[Int(client)] }
    guard let match else { return 0 }
    return match.bucket(address: clients.address(of: client), port: port).rawValue
  }

  /// The random numbers of a connection (or session), where it left off.
  @inline(__always) func dice(of flow: FlowRecord) -> RandomStream {
    RandomStream(
      seed: connectionSeed, trial: 0, entity: UInt64(flow.number), purpose: .segments, at: UInt64(flow.drawn))
  }
}
