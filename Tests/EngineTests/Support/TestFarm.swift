import Engine

/// A farm small enough to read: real nodes, a network of one fixed delay, kernels that confirm after another.
///
/// Frames and inputs can be held back by simple masks; nothing is random. It is no simulator: only what a test
/// of the engine needs to see a protocol run.
struct TestFarm {
  struct Pending {
    var at: Instant
    var order: Int
    var node: Int
    var input: Input
  }

  var now = Instant.zero
  var nodes: [Node]
  var delay = Duration.microseconds(200)
  var commitTime = Duration.microseconds(300)
  /// `cut[a]` holds the nodes that do not get the frames of `a`.
  var cut: [NodeSet]
  var running: [Bool]
  /// Daemons that stand still: their inputs wait.
  var stalled: [Bool]
  var failsCommits: [Bool]
  var filters: [[BucketSet]]
  var leases: [Instant]
  var notices: [(at: Instant, node: NodeID, notice: Notice)] = []
  var sent = 0
  var relayed = 0
  private var wakes: [Instant]
  private var queue: [Pending] = []
  private var held: [[Input]]
  private var order = 0
  private var actions: [Action] = []

  init(_ settings: Settings) {
    let n = settings.nodeCount
    nodes = (0..<n).map { Node(id: NodeID($0), settings: settings) }
    cut = Array(repeating: .empty, count: n)
    running = Array(repeating: false, count: n)
    stalled = running
    failsCommits = running
    filters = Array(
      repeating: settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }, count: n)
    leases = Array(repeating: .zero, count: n)
    wakes = Array(repeating: .never, count: n)
    held = Array(repeating: [], count: n)
  }

  mutating func start(_ node: Int) {
    running[node] = true
    let boot = Start(
      incarnation: Incarnation(1_000_000 + now.nanoseconds / 1_000_000),
      bootID: BootID(0x1234_5678_9abc_def0 &* UInt64(node + 1) &+ now.nanoseconds))
    give(node, .start(boot))
  }

  mutating func startAll() { for i in nodes.indices { start(i) } }

  mutating func crash(_ node: Int) {
    running[node] = false
    nodes[node] = Node(id: NodeID(node), settings: nodes[node].settings)
    for g in filters[node].indices { filters[node][g].removeAll() }
    leases[node] = .zero
    wakes[node] = .never
    queue.removeAll { $0.node == node }
    held[node] = []
  }

  mutating func resumeDaemon(_ node: Int) {
    stalled[node] = false
    let waiting = held[node]
    held[node] = []
    for input in waiting { give(node, input) }
    if wakes[node] <= now { fire(node) }
  }

  mutating func give(_ node: Int, _ input: Input) {
    if !running[node] { return }
    if stalled[node] {
      if case .datagram = input { held[node].append(input) }
      if case .committed = input { held[node].append(input) }
      return
    }
    actions.removeAll(keepingCapacity: true)
    nodes[node].step(input, at: now, into: &actions)
    let wanted = actions
    for action in wanted { perform(action, of: node) }
  }

  mutating func command(_ node: Int, _ command: Command) { give(node, .command(command)) }

  private mutating func perform(_ action: Action, of node: Int) {
    switch action {
    case .send(let transmission):
      if transmission.isRelayed { relayed += 1 } else { sent += 1 }
      let from = NodeID(node)
      for other in nodes.indices where other != node && !cut[node].contains(NodeID(other)) {
        if let to = transmission.to, to.index != other { continue }
        enqueue(
          now + delay, other,
          .datagram(Datagram(bytes: transmission.bytes, from: from, network: NetworkID(0))))
      }
    case .commit(let commit):
      if answer(commit.number, node) { filters[node] = commit.owned }
    case .renewLease(let number, let length):
      if answer(number, node) { leases[node] = now + length }
    case .endLease(let number):
      if answer(number, node) { leases[node] = .zero }
    case .wake(let at): wakes[node] = at
    case .notice(let notice): notices.append((now, NodeID(node), notice))
    }
  }

  private mutating func answer(_ number: CommitNumber, _ node: Int) -> Bool {
    let fails = failsCommits[node]
    enqueue(now + commitTime, node, fails ? .commitFailed(number) : .committed(number))
    return !fails
  }

  private mutating func enqueue(_ at: Instant, _ node: Int, _ input: Input) {
    order += 1
    queue.append(Pending(at: at, order: order, node: node, input: input))
  }

  private mutating func fire(_ node: Int) {
    wakes[node] = .never
    give(node, .timer)
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
        let due = queue.remove(at: event)
        give(due.node, due.input)
      } else if let timer {
        fire(timer)
      }
      each(self)
    }
    now = end
  }

  mutating func run(for length: Duration, each: (borrowing TestFarm) -> Void = { _ in }) {
    run(until: now + length, each: each)
  }

  /// The nodes whose kernel would accept a new flow of a bucket now.
  func accepting(_ bucket: Int, group: Int = 0) -> NodeSet {
    var set = NodeSet()
    for i in nodes.indices where running[i] && leases[i] > now {
      if filters[i][group].contains(Bucket(bucket)) { set.insert(NodeID(i)) }
    }
    return set
  }

  func holes(group: Int = 0) -> Int {
    (0..<filters[0][group].capacity).count { accepting($0, group: group).isEmpty }
  }
  func doubles(group: Int = 0) -> Int {
    (0..<filters[0][group].capacity).count { accepting($0, group: group).count > 1 }
  }
  var isWhole: Bool { holes() == 0 && doubles() == 0 }
}
