import Engine

/// One stream of a scenario's traffic, with everything about its packets that never changes looked up.
struct TrafficStream: Sendable {
  let model: TrafficModel
  let isTCP: Bool
  /// `nil`: no rule speaks about its packets, and no node accepts them.
  let match: RuleMatch?
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

  init(_ model: TrafficModel, rules: RuleSet, settings: Settings, seed: UInt64, trial: Int, index: Int) {
    precondition(model.rule >= 0 && model.rule < settings.rules.count, "a stream to a rule that is not there")
    self.model = model
    let transport = settings.rules[model.rule].transport
    isTCP = transport == .tcp
    let match = rules.match(transport, destination: model.virtualIP, port: model.port)
    self.match = match
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
