import Engine

/// One farm in one trial: nodes, networks, kernels, faults and clients, and a clock that jumps from event to event.
///
/// Time is whole nanoseconds and events have one order: by time, and at equal times by insertion. Every random number
/// comes from the stream of its entity and purpose, so a world is a function of (scenario, seed, trial). It cannot be
/// copied by accident: see ``clone()``. The clients' packets between two control events are handled in one loop,
/// because nothing that they depend on changes in between; at equal times control goes first.
///
/// Measures are read from the filters and the wire. The nodes' own notices feed only the story, the times of view
/// changes, the counts of removals, drains and hold-downs, and what is due to each node.
struct World: ~Copyable {
  let scenario: Scenario
  let seed: UInt64
  let trial: Int
  let keepsDetails: Bool
  let end: Instant
  let plan: FaultPlan
  let files: FarmFiles

  var now = Instant.zero
  var queue = EventQueue<Event>()
  var nodes: [Node]
  var machines: [Machine]
  var filters: [VirtualFilter]
  /// By space (``BucketSpaces``): a buffer to count one node's tracked flows in, kept to save the allocation.
  var countedFlows: [TrackedFlows]
  var networks: [VirtualNetwork]
  /// The clients' way to the nodes over all networks that carry the service.
  var service: ClientPath
  /// Nodes that frames of another machine can reach on a network that carries the service: see ``lookForFrames()``.
  var framesArrive = NodeSet.empty
  /// Nodes that run and that the networks cut off from their clients.
  var hidden = NodeSet.empty
  var datagrams = DatagramTable()
  var active: [ActiveFault] = []
  var traffic: Traffic
  /// Whether anything depends on the applications: there are checkers, or faults of applications.
  let hasApplications: Bool
  var applications: [Application]
  /// By node; empty without checkers.
  var checks: [Checks]
  /// See ``RunOutcome/starts``.
  var nodeStarts: [NodeStarts] = []
  /// See ``RunOutcome/stretches`` and ``RunOutcome/drained``.
  var stretches = StretchMeter()
  var drained: [DrainedNode] = []
  var heldDown: [HeldDown] = []
  /// By node; empty if no file has `notify:` or no story is kept.
  var tellers: [NodeTeller] = []

  var meters: FilterMeters
  var heartbeats: HeartbeatMeter
  var removals: RemovalMeter
  /// By node: the members that have removed it and not heard it since.
  var missing: [NodeSet]
  var phases: PhaseMeter
  var applicationMeter: ApplicationMeter
  var viewChanges = 0
  var story: Story
  var trace = Trace()
  var eventCount: UInt64 = 0

  var commitDice: [RandomStream]
  var timerDice: [RandomStream]

  /// Buffers, kept to save the allocation.
  var actions: [Action] = []
  var arrivals: [VirtualNetwork.Arrival] = []

  /// A farm before its first event. Every node starts within the first heartbeat interval.
  init(_ scenario: Scenario, seed: UInt64, trial: Int, keepsDetails: Bool) {
    let scenario = scenario.drawn(seed: seed, trial: trial)
    let settings = scenario.farm.settings
    let count = scenario.nodeCount
    let groups = settings.ownershipGroups
    let bucketCounts = groups.map(\.bucketCount)
    self.scenario = scenario
    self.seed = seed
    self.trial = trial
    self.keepsDetails = keepsDetails
    end = .zero + scenario.run.duration
    plan = FaultPlan(scenario.faults)
    files = FarmFiles(scenario)
    nodes = []
    for n in 0..<count {
      let configuration = files.configuration(of: files.first(naming: n))
      nodes.append(Node(id: NodeID(n), tables: files.tables[configuration]))
    }
    machines = [Machine](repeating: Machine(), count: count)
    for n in 0..<count {
      let file = files.first(naming: n)
      (machines[n].file, machines[n].policy) = (file, file)
      machines[n].inForce = files.configuration(of: file)
      machines[n].isPowered = n < settings.nodeCount
      machines[n].toldFlows = [TrackedFlows?](repeating: nil, count: files.spaces.all.count)
    }
    countedFlows = files.spaces.bucketCounts.map { .none(bucketCount: $0) }
    filters = [VirtualFilter](repeating: VirtualFilter(bucketCounts: bucketCounts), count: count)
    networks = scenario.networks.enumerated().map { i, model in
      VirtualNetwork(id: NetworkID(i), model: model, nodeCount: count, seed: seed, trial: trial)
    }
    service = ClientPath(NetworkModel(name: ""), nodeCount: count)
    traffic = Traffic(scenario, seed: seed, trial: trial, keepsDetails: keepsDetails)
    hasApplications = scenario.hasApplications
    applications = [Application](repeating: Application(), count: count)
    let health = scenario.farm.health
    checks = files.haveCheckers ? [Checks](repeating: Checks(health), count: count) : []
    applicationMeter = ApplicationMeter(nodeCount: count)
    meters = FilterMeters(scenario, keepsTimelines: keepsDetails)
    heartbeats = HeartbeatMeter(nodeCount: count)
    removals = RemovalMeter(nodeCount: count, heartbeat: settings.heartbeat)
    missing = [NodeSet](repeating: .empty, count: count)
    phases = PhaseMeter(scenario, plan: plan)
    story = Story(scenario, isKept: keepsDetails)
    if keepsDetails, files.haveNotify { tellers = nodes.map { NodeTeller(scenario.farm.notify, $0) } }
    commitDice = (0..<count).map {
      RandomStream(seed: seed, trial: trial, entity: UInt64($0), purpose: .commit)
    }
    timerDice = (0..<count).map {
      RandomStream(seed: seed, trial: trial, entity: UInt64($0), purpose: .timer)
    }
    for n in settings.nodeCount..<count {
      applications[n].condition = .down
      installRules(n, configuration: machines[n].inForce)
    }
    traffic.farmForms()
    networksChanged()
    scheduleBoot()
  }

  /// A second world in the same state, down to the next random number.
  borrowing func clone() -> World { World(copying: self) }

  private init(copying other: borrowing World) {
    scenario = other.scenario
    seed = other.seed
    trial = other.trial
    keepsDetails = other.keepsDetails
    end = other.end
    plan = other.plan
    files = other.files
    now = other.now
    queue = other.queue
    nodes = other.nodes
    machines = other.machines
    filters = other.filters
    countedFlows = other.countedFlows
    networks = other.networks
    service = other.service
    framesArrive = other.framesArrive
    hidden = other.hidden
    datagrams = other.datagrams
    active = other.active
    traffic = other.traffic
    hasApplications = other.hasApplications
    applications = other.applications
    checks = other.checks
    nodeStarts = other.nodeStarts
    stretches = other.stretches
    drained = other.drained
    heldDown = other.heldDown
    tellers = other.tellers
    applicationMeter = other.applicationMeter
    meters = other.meters
    heartbeats = other.heartbeats
    removals = other.removals
    missing = other.missing
    phases = other.phases
    viewChanges = other.viewChanges
    story = other.story
    trace = other.trace
    eventCount = other.eventCount
    commitDice = other.commitDice
    timerDice = other.timerDice
  }
}
