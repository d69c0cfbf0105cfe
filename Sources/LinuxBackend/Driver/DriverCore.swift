import Engine
import FarmFile
import NIOCore
import NIOPosix

/// The loop between one engine node and the machine. Confined to one event loop.
///
/// Everything that happens goes into the node as an input, and every action that comes out is performed, in order
/// and nothing else: what to do is the engine's business alone.
final class DriverCore {
  let loop: any EventLoop
  var setup: DriverSetup
  var node: Node
  let sockets: HeartbeatSockets
  let filter: NftablesFilter
  let sharedAddress: SharedAddress
  let kept: KeptState
  /// Holds the name of the tables until they are gone.
  var claim: TableClaim?
  /// What is to be switched to once every member has it.
  var stagedSetup: DriverSetup?
  let onEvent: @Sendable (DriverEvent, DriverMoment) -> Void
  /// Succeeds once the node has stopped and the kernel is clean.
  let ended: EventLoopPromise<Void>

  private var actions: [Action] = []
  /// The kernel's answers to actions, which the node gets next, in order.
  var answers: [Input] = []
  /// How many tracked flows the last drain cut when it was over; `nil` if none is.
  private(set) var flowsCut: Int?
  /// Refusals of the command that is being followed.
  private var refusal: Refusal?
  private var timer: Scheduled<Void>?
  private var timerAt = Instant.never
  private var wakeAt = Instant.never
  /// Whether the node is stopped and the kernel clean.
  var isIdle = true
  private var toldUnauthenticated: Instant?
  /// What the kernel last refused, so that it is said once.
  var refusedReason: String?

  /// What the node has seen of holes and doubles.
  var coverage = CoverageWatch()
  /// What of that, and of all else, others are told; `nil` if nobody is.
  var events: FarmEventWatch?
  private var troubles = TroubleWatch()

  /// Which ways carry short datagrams and not those as long as a heartbeat.
  var paths: PathWatch
  /// What nodes tell each other beside heartbeats, and which differences have been said, with since when they are there.
  var notesHeard = NotesHeard()
  var notesTold = NotesTold()
  var saidDifferences: [SaidDifference: (since: Instant, isSaid: Bool)] = [:]

  /// The newest count of tracked flows, and what the node was told.
  var flows: [TrackedFlows]?
  private var toldFlows: [TrackedFlows]?
  /// Whether buckets were released since that count was begun, and how often they were.
  var areFlowsInDoubt = false
  var releases = 0
  /// Where flows are counted.
  var counters: NIOThreadPool?
  /// What others' rules do to the farm's connections.
  var hazards: HazardWatch?
  /// Who else claims the farm's addresses.
  var claims: ClaimWatch?
  /// Finds out who sends heartbeats that no key explains.
  var forgeries: ForgeryWatch?
  /// Called with the node's incarnation when it has risen.
  var onIncarnation: ((Incarnation) -> Void)?
  private var knownIncarnation = Incarnation(0)

  init(
    loop: any EventLoop, setup: DriverSetup, sockets: HeartbeatSockets, filter: NftablesFilter,
    sharedAddress: SharedAddress, kept: KeptState,
    onEvent: @escaping @Sendable (DriverEvent, DriverMoment) -> Void
  ) {
    self.loop = loop
    self.setup = setup
    self.sockets = sockets
    self.filter = filter
    self.sharedAddress = sharedAddress
    self.kept = kept
    self.onEvent = onEvent
    node = Node(id: setup.node, settings: setup.farm.settings)
    paths = PathWatch(setup)
    ended = loop.makePromise()
    sockets.onDatagram = { [unowned self] in take(.datagram($0)) }
    sockets.onUnauthenticated = { [unowned self] in tellUnauthenticated($0) }
    sockets.onNote = { [unowned self] in hear($0, on: $1) }
    sockets.onLength = { [unowned self] in
      paths.takeHeartbeat(of: $0, from: $1, on: $2, at: MonotonicClock.now)
    }
    sockets.onKey = { [unowned self] node, key in say(.peerKey(node, key)) }
    sockets.onLink = { [unowned self] network, error in
      say(error.map { .networkLost(network, $0) } ?? .networkBack(network))
    }
  }

  /// A flood of forgeries says nothing more than the first of them.
  private func tellUnauthenticated(_ node: NodeID) {
    let now = MonotonicClock.now
    if let last = toldUnauthenticated, now - last < .milliseconds(10) { return }
    toldUnauthenticated = now
    forgeries?.listen(setup, at: now)
    // After the datagram that is being read: the gate is not to be entered twice.
    let bound = NIOLoopBound(self, eventLoop: loop)
    loop.execute { bound.value.take(.unauthenticated(from: node)) }
  }

  /// Gives the node an input and does what it wants done.
  func take(_ input: Input) {
    if isIdle { return }
    step(input)
    // An answer may ask for more, so the queue can grow while it is worked off.
    var next = 0
    while next < answers.count {
      step(answers[next])
      next += 1
    }
    answers.removeAll(keepingCapacity: true)
    if node.incarnation != knownIncarnation {
      knownIncarnation = node.incarnation
      onIncarnation?(knownIncarnation)
    }
    if node.status == .stopped { end() }
  }

  /// Follows a command. - Returns: why not, if the node refuses it.
  func follow(_ command: Command) -> Refusal? {
    if isIdle { return .notRunning }
    refusal = nil
    take(.command(command))
    return refusal
  }

  private func step(_ input: Input) {
    let now = MonotonicClock.now
    node.step(input, at: now, into: &actions)
    watchCoverage(actions, at: now)
    // What others may hear of is kept before they hear it.
    if actions.contains(where: \.isKept) { keep() }
    for action in actions { perform(action) }
    actions.removeAll(keepingCapacity: true)
  }

  /// Keeps what a daemon needs that goes on as this one.
  func keep() {
    do throws(DriverError) {
      try kept.keep(node.resumption)
      if coverage.needsKeeping { try kept.keepSeen(coverage.seenByName(at: MonotonicClock.now)) }
      coverage.keepsUp()
    } catch { say(.cannotStore("\(error)")) }
  }

  /// Keeps the files of the settings in force and staged.
  func keepSettings() {
    do throws(DriverError) {
      try kept.keepSettings(current: setup.text, staged: stagedSetup?.text)
    } catch { say(.cannotStore("\(error)")) }
  }

  private func perform(_ action: Action) {
    switch action {
    case .send(let transmission): sockets.send(transmission)
    case .commit(let commit):
      doubtFlows(before: commit)
      answer(commit.number) { () throws(FilterError) in try filter.commit(commit) }
    case .renewLease(let number, let length):
      answer(number) { () throws(FilterError) in try filter.renewLease(for: length) }
    case .endLease(let number):
      answer(number) { () throws(FilterError) in try filter.closeLease() }
      eraseFlowsLater()
    case .wake(let at): wake(at: at)
    case .notice(let notice):
      note(notice)
      say(.notice(notice))
    }
  }

  private func note(_ notice: Notice) {
    switch notice {
    case .refused(let reason): refusal = reason
    case .drained(let cut): flowsCut = cut
    case .configurationSwitched(let digest):
      guard let next = stagedSetup, next.farm.settings.digest == digest else { return }
      (setup, stagedSetup) = (next, nil)
      // Other ports may meet other rules.
      hazards?.isDue = true
      paths = PathWatch(next, after: paths)
      keepSettings()
    default: break
    }
  }

  func say(_ event: DriverEvent) {
    let moment = DriverMoment(
      at: MonotonicClock.now, status: node.status, view: node.view.digest, epoch: node.epoch)
    onEvent(event, moment)
    guard let events, let told = troubles.event(of: event, setup, at: moment.at) else { return }
    if events.wants(told.kind) { onEvent(.farm(told), moment) }
  }

  // MARK: Timer

  /// A later instant than the timer's is left to the timer, which then finds that it is early: most wakes move a
  /// little ahead with every datagram.
  private func wake(at: Instant) {
    wakeAt = at
    if at < timerAt { schedule() }
  }

  private func schedule() {
    timer?.cancel()
    timerAt = wakeAt
    if wakeAt == .never { return }
    let bound = NIOLoopBound(self, eventLoop: loop)
    timer = loop.scheduleTask(deadline: .uptimeNanoseconds(wakeAt.nanoseconds)) { bound.value.timerFires() }
  }

  private func timerFires() {
    timerAt = .never
    if wakeAt > MonotonicClock.now { return schedule() }
    wakeAt = .never
    // Other work of the loop may have kept it from its sockets, however late it is.
    sockets.readWaiting()
    repair()
    tellFlows()
    take(.timer)
  }

  /// The tracked flows that changed since the node was told.
  private func tellFlows() {
    guard let flows, !areFlowsInDoubt else { return }
    for g in flows.indices where toldFlows.map({ g >= $0.count || $0[g] != flows[g] }) ?? true {
      take(.flows(GroupID(g), flows[g]))
    }
    toldFlows = flows
  }

  /// Has the node told, next, that there may be a flow in each of these buckets of a group.
  func suppose(flowsIn buckets: BucketSet, of group: GroupID) {
    let sizes = node.settings.ownershipGroups.map(\.bucketCount)
    var told = toldFlows ?? []
    if told.map(\.bucketsOutside.capacity) != sizes { told = sizes.map { .none(bucketCount: $0) } }
    told[group.index].bucketsOutside.formUnion(buckets)
    if told[group.index].inside + told[group.index].outside == 0 { told[group.index].outside = 1 }
    toldFlows = told
    answers.append(.flows(group, told[group.index]))
  }

  func stopTimer() {
    timer?.cancel()
    (timerAt, wakeAt) = (.never, .never)
  }
}

extension Action {
  /// Whether it tells others something, or ends what could be gone on with.
  fileprivate var isKept: Bool {
    switch self {
    case .send(let transmission): !transmission.isRelayed
    case .endLease: true
    case .commit, .renewLease, .wake, .notice: false
    }
  }
}
