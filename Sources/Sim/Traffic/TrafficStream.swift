import Engine

/// One stream of a scenario's traffic, with the constant properties of its packets looked up in advance.
///
/// Usually every kernel reads its packets by the same rule, and a table gives each client's bucket. If a reload changes
/// the rules, the stream has several ``meanings``: each node then reads a packet by the rules that its kernel has, and
/// a connection is known by its port instead of its bucket.
struct TrafficStream: Sendable {
  let model: TrafficModel
  let isTCP: Bool
  /// Whether clients begin flows, which have a duration, and not single requests.
  let hasFlows: Bool
  /// `nil` if no rule matches its packets, so that no node accepts them.
  let match: RuleMatch?
  /// The space of the match's buckets: see ``BucketSpaces``.
  let group: Int
  /// The nodes whose kernels have a rule that matches its packets.
  private(set) var nodesWithRule: UInt64
  /// See ``StreamOutcome/unmatchedFrom``.
  private(set) var unmatchedFrom: Instant?
  private(set) var unmatchedUntil: Instant?
  /// The ways in which the rules of the run's configurations read its packets, if there are several; else empty.
  private(set) var meanings: [StreamMeaning] = []
  private var arrivals: Arrivals
  private(set) var clients: Clients
  /// The arrivals of a batch; those before `taken` have come.
  private var batch: [Arrival]
  private var taken = 0
  /// When the next arrival comes; `max` if none does.
  private(set) var nextArrival = UInt64.max
  /// By client, if the port does not matter; else empty.
  let bucketOfClient: [UInt16]
  /// Connections, requests or sessions of the stream that have begun so far.
  var arrived: UInt32 = 0
  /// The seed of its connections' random numbers, so that other streams do not change them.
  let connectionSeed: UInt64
  /// By client: since when it has been failing, if it gave up and has not come through since; else `max`. Empty until a
  /// client gives up.
  var unansweredSince: [UInt64] = []

  /// - Parameters:
  ///   - rules: of each of the scenario's ``Scenario/configurations``.
  ///   - spaces: of the same.
  init(
    _ scenario: Scenario, rules: [RuleSet], spaces: BucketSpaces, seed: UInt64, trial: Int, index: Int
  ) {
    let model = scenario.traffic[index]
    self.model = model
    isTCP = scenario.rule(of: model).transport == .tcp
    hasFlows = isTCP || model.datagrams != nil
    let matches = rules.map { scenario.match(of: model, under: $0) }
    let match = matches.lazy.compactMap { $0 }.first
    self.match = match
    group = match.map { spaces.space(of: $0) } ?? 0
    nodesWithRule = matches[0] == nil ? 0 : .max
    unmatchedFrom = matches[0] == nil ? .zero : nil
    batch = [Arrival](repeating: Arrival(), count: Arrival.batchSize)
    arrivals = Arrivals(model.arrivals, seed: seed, trial: trial, stream: index)
    let clients = Clients(model.clients, seed: seed, trial: trial, stream: index)
    self.clients = clients
    var dice = RandomStream(seed: seed, trial: trial, entity: UInt64(index), purpose: .segments)
    connectionSeed = dice.next()
    bucketOfClient = match.map { StreamMeaning.buckets(of: clients, $0) } ?? []
    var different: [RuleMatch] = []
    for case let match? in matches where !different.contains(match) { different.append(match) }
    if different.count > 1 {
      meanings = different.map { StreamMeaning($0, clients, spaces: spaces) }
      for m in meanings.indices where meanings[m].match == matches[0] { meanings[m].nodes = .max }
    }
    drawBatch()
  }

  /// The arrivals that are drawn and have not come; at least one.
  var waiting: ArraySlice<Arrival> { batch[taken...] }

  /// Takes the next arrival.
  mutating func take() -> Arrival {
    defer { skip(1) }
    return batch[taken]
  }

  /// Takes the first arrivals of ``waiting``.
  mutating func skip(_ count: Int) {
    taken += count
    if taken == batch.count { drawBatch() } else { nextArrival = batch[taken].time }
  }

  private mutating func drawBatch() {
    arrivals.draw(into: &batch)
    clients.draw(into: &batch)
    for i in batch.indices { batch[i].key = key(client: batch[i].client, port: batch[i].port) }
    taken = 0
    nextArrival = batch[0].time
  }

  /// A node's kernel reads packets by other rules from now on.
  /// - Parameter serving: the nodes that accept what they own.
  mutating func setRules(_ rules: RuleSet, of node: NodeID, serving: UInt64, at now: Instant) {
    let found = rules.match(isTCP ? .tcp : .udp, destination: model.virtualIP, port: model.port)
    let bit: UInt64 = 1 << UInt64(node.rawValue)
    nodesWithRule = found != nil ? nodesWithRule | bit : nodesWithRule & ~bit
    if serving != 0 {
      let isMatched = nodesWithRule & serving != 0
      if !isMatched, unmatchedFrom == nil { unmatchedFrom = now }
      if isMatched, unmatchedFrom != nil, unmatchedUntil == nil { unmatchedUntil = now }
    }
    for m in meanings.indices {
      let isRead = found == meanings[m].match
      meanings[m].nodes = isRead ? meanings[m].nodes | bit : meanings[m].nodes & ~bit
    }
  }

  /// The key by which a record finds a connection's bucket: the bucket itself, or the port if there are several
  /// ``meanings``.
  @inline(__always) func key(client: UInt32, port: UInt16) -> UInt16 {
    meanings.isEmpty ? bucket(client: client, port: port) : port
  }

  /// The nodes that have a connection's bucket in some sets, each by its own rules. Asked if there are ``meanings``.
  func nodesByMeaning(_ client: UInt32, _ key: UInt16, in words: [[UInt64]]) -> UInt64 {
    var nodes: UInt64 = 0
    for meaning in meanings where meaning.nodes != 0 {
      nodes |= words[meaning.space][meaning.bucket(client, port: key, clients)] & meaning.nodes
    }
    return nodes
  }

  /// The space and bucket of a flow by the rules of its node; `nil` if no rule of the node matches it. Asked if there
  /// are ``meanings``.
  func placeByMeaning(_ flow: FlowRecord) -> (space: Int, bucket: Int)? {
    for meaning in meanings where meaning.nodes >> UInt64(flow.node) & 1 == 1 {
      return (meaning.space, meaning.bucket(flow.client, port: flow.key, clients))
    }
    return nil
  }

  /// The first answer that is not `nil`, asked of each bucket that a connection has by some rules.
  func first(of flow: FlowRecord, _ answer: (_ space: Int, _ bucket: Int) -> Int?) -> Int? {
    if match == nil { return nil }
    if meanings.isEmpty { return answer(group, Int(flow.key)) }
    for meaning in meanings {
      let bucket = meaning.bucket(flow.client, port: flow.key, clients)
      if let found = answer(meaning.space, bucket) { return found }
    }
    return nil
  }

  /// Whether a connection belongs to one of some buckets by any rules.
  func isOf(_ flow: FlowRecord, space: Int, _ buckets: BucketSet) -> Bool {
    if meanings.isEmpty { return space == group && buckets.contains(Bucket(Int(flow.key))) }
    return meanings.contains {
      $0.space == space && buckets.contains(Bucket($0.bucket(flow.client, port: flow.key, clients)))
    }
  }

  /// The bucket of a connection.
  @inline(__always) func bucket(client: UInt32, port: UInt16) -> UInt16 {
    if !bucketOfClient.isEmpty { return bucketOfClient[Int(client)] }
    guard let match else { return 0 }
    return match.bucket(address: clients.address(of: client), port: port).rawValue
  }

  /// The random numbers of a connection or session, from its last draw on.
  @inline(__always) func dice(of flow: FlowRecord) -> RandomStream {
    RandomStream(
      seed: connectionSeed, trial: 0, entity: UInt64(flow.number), purpose: .segments,
      at: UInt64(flow.drawn), spare: flow.spare)
  }
}
