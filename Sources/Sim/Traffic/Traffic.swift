import Engine

/// The client side of a trial: everything that comes to the virtual IP, judged by a ``Coverage``.
///
/// The world runs it from one control event to the next; nothing that a packet depends on changes in between.
/// Only ``trackedFlows(of:group:coverage:into:)`` acts back on the nodes.
///
/// The model:
/// - A packet is judged at one instant, when it comes to the farm; arrivals and retries are instants there. The
///   network's delay counts for answers: the first segment of a flow follows its SYN after a round trip.
/// - **Connect.** A SYN that no node accepts is repeated after each of ``FlowModel/retries``, then the client gives up.
///   A SYN that two nodes accept is answered twice: the client resets on the second answer, and the connect has failed.
///   It is not tried again.
/// - **Flow.** Segments follow at exponential intervals until the duration is over, then FIN (or reset). The node
///   that answered the SYN tracks it; other nodes drop its segments, or reset the flow where their filter says so.
///   A segment that is not accepted is repeated after 0.2 s, 0.4 s, 0.8 s ...; after ``patience`` the flow is broken.
/// - **Request** of a UDP rule: one datagram, repeated as a SYN is. Two answers do no harm.
/// - **Datagrams** that belong together: the first one is a request. The others are sent whether or not they are
///   answered, and go to the owner of their bucket. The effect of a move depends on the clients' protocol:
///   ``DatagramModel``.
/// - **Session.** Connections of one client, each from a port of its own, with a time to think in between. It continues
///   after a connection that failed.
/// - **Application.** If it is down, the node's kernel refuses a connect at once and resets open flows; a client that
///   is refused does not try again by itself. If it hangs, connects succeed and nothing is answered: the client repeats
///   as if segments were lost. If it is slow, the next segment is that much later. Datagrams to an application that is
///   down or hangs are not answered.
/// - **Answer.** A handshake, an acknowledgement or a reset. If it is lost, the client acts as if no node had accepted
///   the packet: it repeats it, and the node accepts it again. If one of two answers to a SYN is lost, the client gets
///   only the other. A node whose handshake the client has not answered holds no flow yet. Segments that the farm sends
///   of its own accord are not modelled.
public struct Traffic: Sendable {
  /// How long a client repeats a segment before it takes the flow for broken. A bare TCP stack repeats for about
  /// 15 minutes; applications and their users give up after seconds.
  public static let patience = Duration.seconds(15)
  /// The wait before a segment is repeated the first time; each further wait is twice the one before.
  public static let firstRetransmission = Duration.milliseconds(200)
  /// Bytes of a segment without data, on the network layer, options included.
  public static let controlSegmentBytes = 60

  let nodeCount: Int
  var streams: [TrafficStream]
  var flows = FlowTable()
  var queue = EventQueue<UInt32>()
  var tracking: FlowTracking
  /// By node: until when broken flows are charged to a fault that hides the node from its clients.
  var hiddenUntil = [UInt64](repeating: 0, count: 64)
  /// By node: until when reset flows are charged to a member that misses the node.
  var missedUntil = [UInt64](repeating: 0, count: 64)
  /// By node: how often its application has lost the state that it keeps of its clients.
  var lives = [UInt16](repeating: 0, count: 64)
  var applications = ApplicationStates()
  /// The way between clients and nodes, and its losses by chance.
  var path: ClientPath
  var loss: PacketLoss
  var delayDice: RandomStream
  var watches: [AcceptanceWatch] = []
  var openWatches = 0

  /// By stream, since the start.
  var tallies: [TrafficCounts]
  var openFlows = 0
  /// Charges losses to nodes and faults.
  var losses: LossLedger
  /// By stream and node, since the start: `[stream * nodeCount + node]`.
  var loads: [NodeLoad]
  /// By stream.
  var outages: [Outages]
  /// By stream: how long clients of open flows sent without an answer.
  var silences: [Outages]
  /// By stream: the most repeats of one connect or request since measuring began.
  var mostRetries: [Int]
  /// Clients that gave up and wait to be served again.
  var waiting = WaitingClients()
  /// Whether filters, machines, networks or applications have changed since the last packet was played.
  var mayServeAgain = false
  /// Packets are played up to here; any later change happened at this instant.
  var playedUntil: UInt64 = 0
  var recorder: LoadRecorder
  var fold: UInt64 = 0

  /// Whether the farm has not formed yet: see ``farmFormed(at:)``.
  var isForming = false
  /// By stream: the counts, since measuring began, of connections that began while the farm formed.
  var setAside: [TrafficCounts]
  /// When measuring began; `nil` if it has not.
  var measuredFrom: Instant?
  /// The counts when measuring began, and the phase under way with the loads when it began.
  var talliesBefore: [TrafficCounts]
  var loadsBefore: [NodeLoad]
  var phase: SkewRow.Phase?
  var phaseLoadsBefore: [NodeLoad]
  var phases: [PhaseLoad] = []

  /// The clients of a scenario's ``Scenario/traffic``, before their first packet.
  ///
  /// Loss and delay are those of the first network that carries the service, until they are set otherwise.
  /// - Parameter keepsDetails: whether packets are kept by time for a report.
  public init(_ scenario: Scenario, seed: UInt64, trial: Int, keepsDetails: Bool) {
    let configurations = scenario.configurations
    let rules = configurations.map { RuleSet($0) }
    let spaces = BucketSpaces(configurations)
    precondition(scenario.traffic.count <= Int(UInt16.max), "at most 65,535 streams")
    nodeCount = scenario.nodeCount
    streams = scenario.traffic.indices.map {
      TrafficStream(scenario, rules: rules, spaces: spaces, seed: seed, trial: trial, index: $0)
    }
    tracking = FlowTracking(nodeCount: nodeCount, bucketCounts: spaces.bucketCounts)
    delayDice = RandomStream(seed: seed, trial: trial, entity: 0, purpose: .packetDelay)
    let service = scenario.networks.first { $0.carriesService }
    path = ClientPath(
      service ?? NetworkModel(name: "", delay: .constant(.zero)), nodeCount: scenario.nodeCount)
    loss = PacketLoss(path, seed: seed, trial: trial)
    tallies = [TrafficCounts](repeating: TrafficCounts(), count: streams.count)
    talliesBefore = tallies
    setAside = tallies
    mostRetries = [Int](repeating: 0, count: streams.count)
    outages = [Outages](repeating: Outages(), count: streams.count)
    silences = outages
    losses = LossLedger(
      nodeCount: nodeCount, edges: FaultPlan(scenario.faults).edges.map(\.at),
      bucketCounts: spaces.bucketCounts)
    loads = [NodeLoad](repeating: NodeLoad(), count: nodeCount * streams.count)
    loadsBefore = loads
    phaseLoadsBefore = loads
    recorder = LoadRecorder(
      nodeCount: nodeCount, duration: scenario.run.duration, keepsDetails: keepsDetails)
  }

  /// Sets the way between clients and nodes from now on: its losses by chance and its delays. The coverage says which
  /// nodes it reaches at all.
  mutating func setPath(_ path: ClientPath) {
    self.path = path
    loss.set(path)
  }

  /// A node's kernel has other rules from now on: those of one of the scenario's configurations.
  /// - Parameter serving: the nodes that accept what they own.
  public mutating func setRules(_ rules: RuleSet, of node: NodeID, serving: NodeSet, at now: Instant) {
    // The flows that a node tracks are counted by the buckets of its own rules.
    if haveMeanings { countTracked(by: node, adding: false) }
    for s in streams.indices { streams[s].setRules(rules, of: node, serving: serving.bits, at: now) }
    if haveMeanings { countTracked(by: node, adding: true) }
    mayServeAgain = true
  }

  /// Whether some stream's packets mean different buckets in the configurations of the run.
  var haveMeanings: Bool { streams.contains { !$0.meanings.isEmpty } }

  private mutating func countTracked(by node: NodeID, adding: Bool) {
    for flow in flows.records
    where flow.node == node.rawValue && (flow.stage == .open || flow.stage == .abandoned)
      && tracking.holds(flow) && !streams[Int(flow.stream)].meanings.isEmpty
    {
      if adding { track(flow) } else { untrack(flow) }
    }
  }

  /// A node tracks a flow from here on.
  mutating func track(_ flow: FlowRecord) {
    guard let place = place(of: flow) else { return }
    tracking.add(Int(flow.node), group: place.space, bucket: place.bucket)
  }

  /// A node forgets a flow that it tracks.
  mutating func untrack(_ flow: FlowRecord) {
    guard let place = place(of: flow) else { return }
    tracking.remove(Int(flow.node), group: place.space, bucket: place.bucket)
  }

  /// The space and bucket of a flow by the rules of its node; `nil` if no rule of the node matches it.
  @inline(__always) private func place(of flow: FlowRecord) -> (space: Int, bucket: Int)? {
    let s = Int(flow.stream)
    if streams[s].meanings.isEmpty { return (streams[s].group, Int(flow.key)) }
    return streams[s].placeByMeaning(flow)
  }

  /// By stream: the space of its buckets, by the rules that most kernels have.
  var spaces: [Int] {
    streams.map { stream in
      stream.meanings.max { $0.nodes.nonzeroBitCount < $1.nodes.nonzeroBitCount }?.space ?? stream.group
    }
  }

  /// The counts of all streams together.
  var counts: TrafficCounts { tallies.reduce(TrafficCounts(), +) }

  /// By node, of all streams together.
  var nodeLoads: [NodeLoad] {
    var sums = [NodeLoad](repeating: NodeLoad(), count: nodeCount)
    for (i, load) in loads.enumerated() { sums[i % nodeCount] = sums[i % nodeCount] + load }
    return sums
  }

  /// TCP flows that are established and have not ended, from the clients' point of view.
  public var openFlowCount: Int { openFlows }
}
