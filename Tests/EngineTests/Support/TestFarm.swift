import Engine

/// A farm small enough to read: real nodes, networks with one fixed delay, kernels that confirm after another one.
///
/// Simple masks can hold back frames and inputs; nothing is random. It is no simulator: it has only what a test of the
/// engine needs to see a protocol run. What belongs to one machine is in ``TestMachine``; here are the time, the
/// frames and answers under way, and what came of them.
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

  private(set) var now = Instant.zero
  /// The first `nodeCount` are the nodes in order, and a twin comes after them.
  var machines: [TestMachine]
  let delay = Duration.microseconds(200)
  var commitTime = Duration.microseconds(300)
  /// Whether every node gets a flow in each bucket that it accepts, at once and again and again.
  var isBusy = false
  var records: [Record] = []
  var notices: [(at: Instant, node: NodeID, notice: Notice)] = []
  private(set) var sent = 0
  private(set) var relayed = 0
  /// How a test disturbs the schedule; `nil` if it does not.
  var mischief: Mischief?
  /// Whether a node that starts is told the boot ids of its former lives.
  var remembersBoots = false
  private var order = 0
  private var queue: [Pending] = []
  private var actions: [Action] = []

  init(_ settings: Settings) { self.init(FarmTables(settings)) }

  init(_ tables: FarmTables) {
    machines = (0..<tables.settings.nodeCount).map { TestMachine(Node(id: NodeID($0), tables: tables)) }
  }

  /// The nodes as they are now, by machine.
  var nodes: LazyMapCollection<[TestMachine], Node> { machines.lazy.map { $0.node } }

  /// Whether some machine's frames do not reach another one.
  var isCut: Bool {
    machines.contains { !$0.cut.isEmpty || $0.networkCut.contains { !$0.isEmpty } }
  }

  // MARK: What happens to a machine

  /// - Parameter start: what the daemon is started with, if it is not what it would be by itself.
  mutating func start(_ node: Int, as start: Start? = nil) {
    let own = machines[node].start(at: now, number: node, knowsItsBoots: remembersBoots)
    give(node, .start(start ?? own))
  }

  mutating func startAll() { for i in machines.indices { start(i) } }

  mutating func crash(_ node: Int) {
    machines[node].crash()
    queue.removeAll { $0.node == node }
  }

  mutating func resumeDaemon(_ node: Int) {
    for input in machines[node].resume() { give(node, input) }
    if machines[node].wake <= now { fire(node) }
  }

  /// The daemon ends at once, and with it everything that it waited for. Its kernel completes what it was asked.
  mutating func takeAway(_ node: Int) {
    machines[node].takeAway()
    forgetDaemon(node)
  }

  /// Starts a new daemon on the kernel as it is, with the state that the daemon before left. Its settings are those in
  /// force unless others are given.
  mutating func replace(_ node: Int, with settings: Settings? = nil, keeping: Resumption? = nil) {
    let start = machines[node].replace(at: now, number: node, settings: settings, keeping: keeping)
    give(node, .start(start))
  }

  /// The machine goes on as it was at an earlier instant, without knowing that time has passed.
  mutating func setBack(_ node: Int, to snapshot: (at: Instant, machine: TestMachine)) {
    forgetDaemon(node)
    machines[node].setBack(to: snapshot.machine, later: now - snapshot.at)
  }

  func snapshot(of node: Int) -> (at: Instant, machine: TestMachine) { (now, machines[node]) }

  /// Drops the timers, datagrams and answers that a node waits for. Its kernel completes what it was asked for.
  private mutating func forgetDaemon(_ node: Int) {
    for due in queue where due.node == node {
      if case .answer(let number, _, let endsLease) = due.event { answer(number, node, endsLease: endsLease) }
    }
    queue.removeAll { $0.node == node }
  }

  mutating func command(_ node: Int, _ command: Command) { give(node, .command(command)) }

  mutating func give(_ node: Int, _ input: Input) {
    if case .datagram(let datagram) = input { machines[node].puppet?.hear(datagram, at: now) }
    actions.removeAll(keepingCapacity: true)
    guard let outcome = machines[node].take(input, at: now, into: &actions) else { return }
    let wanted = actions
    if machines[node].isWatched {
      records.append(Record(at: now, node: node, input: input, actions: wanted, outcome: outcome))
    }
    for action in wanted { perform(action, of: node) }
  }

  // MARK: What a node wants

  private mutating func perform(_ action: Action, of node: Int) {
    switch action {
    case .send(let transmission): transmit(transmission, from: node)
    case .commit(let commit): ask(commit.number, node, isRefused: machines[node].kernel.begin(commit))
    case .renewLease(let number, let length):
      ask(number, node, isRefused: machines[node].kernel.renewLease(until: now + length))
    case .endLease(let number):
      let isRefused = machines[node].kernel.refuses == .everything
      ask(number, node, isRefused: isRefused, endsLease: !isRefused)
    case .wake(let at): machines[node].wake(at: at)
    case .notice(let notice): notices.append((now, machines[node].node.id, notice))
    }
  }

  /// The kernel answers after a while.
  private mutating func ask(
    _ number: CommitNumber, _ node: Int, isRefused: Bool, endsLease: Bool = false
  ) {
    enqueue(now + commitTime, node, .answer(number, isRefused: isRefused, endsLease: endsLease))
  }

  mutating func transmit(_ transmission: Transmission, from node: Int) {
    if transmission.isRelayed { relayed += 1 } else { sent += 1 }
    let from = machines[node].node.id
    let cuts = machines[node].networkCut
    for network in cuts.indices where transmission.networks.contains(NetworkID(network)) {
      let cut = machines[node].cut.union(cuts[network])
      for other in machines.indices where other != node && !cut.contains(NodeID(other)) {
        if let to = transmission.to, to != machines[other].node.id { continue }
        let datagram = Datagram(bytes: transmission.bytes, from: from, network: NetworkID(network))
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

  // MARK: Time

  mutating func enqueue(_ at: Instant, _ node: Int, _ event: Event) {
    order += 1
    queue.append(Pending(at: at, order: order, node: node, event: event))
  }

  private mutating func fire(_ node: Int) {
    machines[node].wake = .never
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
      answer(number, due.node, endsLease: endsLease)
      let input: Input = isRefused ? .commitFailed(number) : .committed(number)
      give(due.node, input)
      if mischief != nil, mischief!.duplicates() {
        enqueue(now + mischief!.later(), due.node, .input(input))
      }
    }
  }

  private mutating func answer(_ number: CommitNumber, _ node: Int, endsLease: Bool) {
    machines[node].kernel.finish(number)
    if endsLease { machines[node].kernel.endLease() }
  }

  /// Runs until `end`; `each` sees the farm after every event.
  mutating func run(until end: Instant, each: (borrowing TestFarm) -> Void = { _ in }) {
    while true {
      var next = Instant.never
      var timer: Int?
      for i in machines.indices where machines[i].isAwake && machines[i].wake < next {
        next = machines[i].wake
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
}
