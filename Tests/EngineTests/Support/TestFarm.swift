import Engine

/// A farm small enough to read: real nodes, networks with one fixed delay, kernels that confirm after another one.
///
/// Simple masks can hold back frames and inputs; nothing is random. It is no simulator: it has only what a test of the
/// engine needs to see a protocol run. While a commit is under way, its kernel counts as accepting both the old and the
/// new buckets, which is the worst case.
struct TestFarm {
  enum Event {
    case input(Input)
    /// The answer to a commit, with what it does to the filter.
    case answer(CommitNumber, isRefused: Bool, endsLease: Bool)
    /// A puppet's regular heartbeat.
    case beat
  }

  struct Pending {
    var at: Instant
    var order: Int
    var node: Int
    var event: Event
  }

  /// One step of a watched node.
  struct Record {
    var at: Instant
    var node: Int
    var input: Input
    var actions: [Action]
    var outcome: Outcome
  }

  struct InFlight {
    var number: CommitNumber
    var owned: [BucketSet]
  }

  var now = Instant.zero
  /// By machine: the first `nodeCount` are the nodes in order, and a twin comes after them.
  var nodes: [Node]
  var delay = Duration.microseconds(200)
  var commitTime = Duration.microseconds(300)
  /// `cut[a]` holds the machines that do not get the frames of `a`.
  var cut: [NodeSet]
  /// The same by network.
  var networkCut: [[NodeSet]]
  var running: [Bool]
  /// Daemons that stand still: their inputs wait.
  var stalled: [Bool]
  var failsCommits: [Bool]
  /// Kernels that refuse filters but renew leases.
  var refusesFilters: [Bool]
  /// Daemons that are gone while their kernel goes on; below, what they left.
  var isAway: [Bool]
  var kept: [Resumption?]
  var filters: [[BucketSet]]
  var resets: [[BucketSet]]
  var leases: [Instant]
  var puppets: [Puppet?]
  /// The first group's flows in each kernel; below, whether the node must still be told of them.
  var tracked: [TrackedFlows]
  var isUntold: [Bool]
  /// Whether every node gets a flow in each bucket that it accepts, at once and again and again.
  var isBusy = false
  /// The buckets with such a flow, by machine.
  var flows: [BucketSet]
  var watched: [Bool]
  var records: [Record] = []
  var notices: [(at: Instant, node: NodeID, notice: Notice)] = []
  var sent = 0
  var relayed = 0
  /// How a test disturbs the schedule; `nil` if it does not.
  var mischief: Mischief?
  var order = 0
  var queue: [Pending] = []
  /// How far each machine's clock is behind: one that was set back does not know of the time between.
  var lags: [Duration]
  /// The boot ids of all lives, and whether a node that starts is told of them.
  var boots: [[BootID]]
  var remembersBoots = false
  private var inFlight: [[InFlight]]
  var wakes: [Instant]
  private var held: [[Input]]
  private var actions: [Action] = []

  init(_ settings: Settings) { self.init(FarmTables(settings)) }

  init(_ tables: FarmTables) {
    let settings = tables.settings
    let n = settings.nodeCount
    nodes = (0..<n).map { Node(id: NodeID($0), tables: tables) }
    cut = Array(repeating: .empty, count: n)
    networkCut = Array(repeating: cut, count: settings.networks.count)
    running = Array(repeating: false, count: n)
    stalled = running
    failsCommits = running
    refusesFilters = running
    isAway = running
    kept = Array(repeating: nil, count: n)
    watched = running
    filters = Array(
      repeating: settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }, count: n)
    resets = filters
    leases = Array(repeating: .zero, count: n)
    wakes = Array(repeating: .never, count: n)
    lags = Array(repeating: .zero, count: n)
    boots = Array(repeating: [], count: n)
    held = Array(repeating: [], count: n)
    inFlight = Array(repeating: [], count: n)
    puppets = Array(repeating: nil, count: n)
    tracked = Array(repeating: .none(bucketCount: settings.groups[0].bucketCount), count: n)
    isUntold = running
    flows = Array(repeating: BucketSet(capacity: settings.groups[0].bucketCount), count: n)
  }

  /// Another machine that was given the id of an existing node by mistake, or another configuration.
  mutating func add(_ node: Node) {
    nodes.append(node)
    cut.append(.empty)
    for i in networkCut.indices { networkCut[i].append(.empty) }
    running.append(false)
    stalled.append(false)
    failsCommits.append(false)
    refusesFilters.append(false)
    isAway.append(false)
    kept.append(nil)
    watched.append(false)
    filters.append(node.settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) })
    resets.append(filters[filters.count - 1])
    leases.append(.zero)
    wakes.append(.never)
    lags.append(.zero)
    boots.append([])
    held.append([])
    inFlight.append([])
    puppets.append(nil)
    tracked.append(.none(bucketCount: node.settings.groups[0].bucketCount))
    isUntold.append(false)
    flows.append(BucketSet(capacity: node.settings.groups[0].bucketCount))
  }

  mutating func start(_ node: Int) {
    running[node] = true
    let bootID = BootID(0x1234_5678_9abc_def0 &* UInt64(node + 1) &+ now.nanoseconds)
    let boot = Start(
      incarnation: Incarnation(1_000_000 + now.nanoseconds / 1_000_000), bootID: bootID,
      formerBootIDs: remembersBoots ? boots[node] : [])
    boots[node].append(bootID)
    give(node, .start(boot))
  }

  mutating func startAll() { for i in nodes.indices { start(i) } }

  mutating func crash(_ node: Int) {
    running[node] = false
    isAway[node] = false
    stalled[node] = false
    nodes[node] = Node(id: nodes[node].id, settings: nodes[node].settings)
    for g in filters[node].indices {
      filters[node][g].removeAll()
      resets[node][g].removeAll()
    }
    leases[node] = .zero
    wakes[node] = .never
    queue.removeAll { $0.node == node }
    held[node] = []
    inFlight[node] = []
    forgetFlows(node)
  }

  mutating func resumeDaemon(_ node: Int) {
    stalled[node] = false
    let waiting = held[node]
    held[node] = []
    for input in waiting { give(node, input) }
    if wakes[node] <= now { fire(node) }
  }

  mutating func give(_ node: Int, _ input: Input) {
    if case .datagram(let datagram) = input { puppets[node]?.hear(datagram, at: now) }
    if !running[node] { return }
    if stalled[node] {
      if case .timer = input { return }
      held[node].append(input)
      return
    }
    actions.removeAll(keepingCapacity: true)
    let outcome = nodes[node].step(input, at: now - lags[node], into: &actions)
    let wanted = actions
    if watched[node] {
      records.append(Record(at: now, node: node, input: input, actions: wanted, outcome: outcome))
    }
    for action in wanted { perform(action, of: node) }
  }

  mutating func command(_ node: Int, _ command: Command) { give(node, .command(command)) }

  private mutating func perform(_ action: Action, of node: Int) {
    switch action {
    case .send(let transmission): transmit(transmission, from: node)
    case .commit(let commit):
      let fails = failsCommits[node] || refusesFilters[node]
      if !fails { begin(commit, on: node) }
      answer(commit.number, node, isRefused: fails)
    case .renewLease(let number, let length):
      if !failsCommits[node] { leases[node] = now + length }
      answer(number, node, isRefused: failsCommits[node])
    case .endLease(let number): answer(number, node, isRefused: failsCommits[node], endsLease: true)
    case .wake(let at): wakes[node] = at == .never ? .never : at + lags[node]
    case .notice(let notice): notices.append((now, nodes[node].id, notice))
    }
  }

  mutating func transmit(_ transmission: Transmission, from node: Int) {
    if transmission.isRelayed { relayed += 1 } else { sent += 1 }
    for network in networkCut.indices where transmission.networks.contains(NetworkID(network)) {
      for other in nodes.indices where other != node && !cut[node].contains(NodeID(other)) {
        if networkCut[network][node].contains(NodeID(other)) { continue }
        if let to = transmission.to, to != nodes[other].id { continue }
        let datagram = Datagram(
          bytes: transmission.bytes, from: nodes[node].id, network: NetworkID(network))
        deliver(datagram, to: other)
      }
    }
  }

  private mutating func deliver(_ datagram: Datagram, to other: Int) {
    var extra = Duration.zero
    if mischief != nil { extra = mischief!.delay() }
    enqueue(now + delay + extra, other, .input(.datagram(datagram)))
    if mischief != nil, mischief!.duplicates() {
      enqueue(now + delay + extra + mischief!.later(), other, .input(.datagram(datagram)))
    }
  }

  private mutating func begin(_ commit: FilterCommit, on node: Int) {
    resets[node] = commit.resets
    if commit.settings != nil || filters[node].map(\.capacity) != commit.owned.map(\.capacity) {
      filters[node] = commit.owned
      inFlight[node] = []
    }
    for g in filters[node].indices { filters[node][g].formUnion(commit.owned[g]) }
    inFlight[node].append(InFlight(number: commit.number, owned: commit.owned))
  }

  /// Drops the timers, datagrams and answers that a node waits for. Its kernel completes what it was asked for.
  mutating func forgetDaemon(_ node: Int) {
    for due in queue where due.node == node {
      guard case .answer(let number, _, let endsLease) = due.event else { continue }
      finish(number, on: node)
      if endsLease { leases[node] = .zero }
    }
    queue.removeAll { $0.node == node }
    wakes[node] = .never
    held[node] = []
    inFlight[node] = []
  }

  private mutating func finish(_ number: CommitNumber, on node: Int) {
    guard let i = inFlight[node].firstIndex(where: { $0.number == number }) else { return }
    filters[node] = inFlight[node].remove(at: i).owned
    for later in inFlight[node] {
      for g in filters[node].indices { filters[node][g].formUnion(later.owned[g]) }
    }
  }

  private mutating func answer(
    _ number: CommitNumber, _ node: Int, isRefused: Bool, endsLease: Bool = false
  ) {
    enqueue(
      now + commitTime, node, .answer(number, isRefused: isRefused, endsLease: endsLease && !isRefused))
  }

  mutating func enqueue(_ at: Instant, _ node: Int, _ event: Event) {
    order += 1
    queue.append(Pending(at: at, order: order, node: node, event: event))
  }

  private mutating func fire(_ node: Int) {
    wakes[node] = .never
    tellFlows(node)
    give(node, .timer)
  }

  private mutating func handle(_ due: Pending) {
    if mischief != nil, mischief!.duplicates() { enqueue(now + mischief!.later(), due.node, .input(.timer)) }
    switch due.event {
    case .input(let input):
      if case .timer = input { tellFlows(due.node) }
      give(due.node, input)
    case .beat: beat(due.node)
    case .answer(let number, let isRefused, let endsLease):
      finish(number, on: due.node)
      if endsLease {
        leases[due.node] = .zero
        forgetFlows(due.node)
      }
      let input: Input = isRefused ? .commitFailed(number) : .committed(number)
      give(due.node, input)
      if mischief != nil, mischief!.duplicates() {
        enqueue(now + mischief!.later(), due.node, .input(input))
      }
    }
  }

  /// Runs until `end`; `each` sees the farm after every event.
  mutating func run(until end: Instant, each: (borrowing TestFarm) -> Void = { _ in }) {
    while true {
      var next = Instant.never
      var timer: Int?
      for i in nodes.indices where running[i] && !stalled[i] && wakes[i] < next {
        next = wakes[i]
        timer = i
      }
      var event: Int?
      for i in queue.indices {
        let isEarlier =
          queue[i].at < next
          || (queue[i].at == next && event.map { queue[$0].order > queue[i].order } ?? true)
        if isEarlier {
          next = queue[i].at
          event = i
          timer = nil
        }
      }
      if next > end { break }
      now = next
      if let event {
        handle(queue.remove(at: event))
      } else if let timer {
        fire(timer)
      }
      openFlows()
      each(self)
    }
    now = end
  }

  mutating func run(for length: Duration, each: (borrowing TestFarm) -> Void = { _ in }) {
    run(until: now + length, each: each)
  }

  /// The machines whose kernel would accept a new flow at a position of the hash space now.
  ///
  /// A position is a bucket when all configurations have the same number of buckets: flow hashes are spread over
  /// the buckets by a multiply-high, so that `position * buckets / positions` is the bucket in any other.
  func accepting(_ position: Int, group: Int = 0) -> NodeSet {
    accepting(position, of: positions(group: group), group: group)
  }

  private func accepting(_ position: Int, of positions: Int, group: Int) -> NodeSet {
    var set = NodeSet()
    for i in nodes.indices where group < filters[i].count {
      guard (running[i] || isAway[i]) && leases[i] > now || puppets[i] != nil else { continue }
      let bucket = Bucket(position * filters[i][group].capacity / positions)
      if filters[i][group].contains(bucket) { set.insert(NodeID(i)) }
    }
    return set
  }

  func positions(group: Int = 0) -> Int {
    var common = 1
    for i in nodes.indices where group < filters[i].count {
      let capacity = filters[i][group].capacity
      if common % capacity == 0 { continue }
      if capacity % common == 0 { common = capacity } else { common *= capacity }
    }
    return common
  }

  func holes(group: Int = 0) -> Int {
    let all = positions(group: group)
    return (0..<all).count { accepting($0, of: all, group: group).isEmpty }
  }
  func doubles(group: Int = 0) -> Int {
    let all = positions(group: group)
    return (0..<all).count { accepting($0, of: all, group: group).count > 1 }
  }
  var isWhole: Bool { holes() == 0 && doubles() == 0 }

  /// Whether some bucket of the first group has no owner, and whether one has two. It is fast enough to be called after
  /// every event.
  /// - Precondition: all machines have the same buckets.
  var trouble: (hole: Bool, double: Bool) {
    let capacity = filters[0][0].capacity
    var once = BucketSet(capacity: capacity)
    var isDouble = false
    for i in nodes.indices where (running[i] || isAway[i]) && leases[i] > now {
      var both = filters[i][0]
      both.formIntersection(once)
      isDouble = isDouble || !both.isEmpty
      once.formUnion(filters[i][0])
    }
    return (once.count < capacity, isDouble)
  }
}
