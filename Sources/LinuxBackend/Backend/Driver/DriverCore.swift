import Engine
import FarmFile
import NIOCore
import NIOPosix

/// The loop between one engine node and the machine. Confined to one event loop.
///
/// Everything that happens goes into the node as an input. Every action that comes out is performed, in order, and
/// nothing else is done: the engine alone decides. An action that the kernel must confirm puts an answer into a queue,
/// which the node gets before the next input. Other files of this type look at the machine beside the protocol: `House`
/// once a second, `Frames` twice an interval, `Notes` for differing files.
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
  /// The setup to switch to once every member has it.
  var stagedSetup: DriverSetup?
  let onEvent: @Sendable (DriverEvent, DriverMoment) -> Void
  /// Succeeds once the node has stopped and the kernel is clean.
  let ended: EventLoopPromise<Void>

  private var actions: [Action] = []
  /// The kernel's answers to actions. The node gets them next, in order.
  var answers: [Input] = []
  /// How many tracked flows the last drain cut when it was over; `nil` if no drain is over.
  private(set) var flowsCut: Int?
  /// The refusal of the command that is being followed.
  private var refusal: Refusal?
  private var timer: Scheduled<Void>?
  private var timerAt = Instant.never
  private var wakeAt = Instant.never
  /// Whether the node is stopped and the kernel clean.
  var isIdle = true
  private var toldUnauthenticated: Instant?
  /// The kernel's last refusal, so that it is logged once.
  var refusedReason: String?

  /// What the node has seen of holes and doubles.
  var coverage = CoverageWatch()
  /// What to report by `notify:`; `nil` without it.
  var events: FarmEventWatch?
  private var troubles = TroubleWatch()

  /// The paths that carry short datagrams but none as long as a heartbeat.
  var paths: PathWatch
  /// What nodes tell each other beside heartbeats, and the differences of their files: since when each is known, and
  /// whether it was logged.
  var notesHeard = NotesHeard()
  var notesTold = NotesTold()
  var saidDifferences: [SaidDifference: (since: Instant, isSaid: Bool)] = [:]

  /// The newest count of tracked flows, and the one that the node was told.
  var flows: [TrackedFlows]?
  private var toldFlows: [TrackedFlows]?
  /// Whether buckets were released since that count began, and how many releases there were.
  var areFlowsInDoubt = false
  var releases = 0
  /// The threads that count flows.
  var counters: NIOThreadPool?
  /// Rules of others that break the farm's connections.
  var hazards: HazardWatch?
  /// Other machines that claim the farm's addresses.
  var claims: ClaimWatch?
  /// Finds out where heartbeats come from that no key explains.
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

  /// Tells the node of a heartbeat that no key explains. In a flood, the rest say nothing more than the first.
  private func tellUnauthenticated(_ node: NodeID) {
    let now = MonotonicClock.now
    if let last = toldUnauthenticated, now - last < .milliseconds(10) { return }
    toldUnauthenticated = now
    forgeries?.listen(setup, at: now)
    // Runs after the datagram that is being read: the gate must not be entered twice.
    let bound = NIOLoopBound(self, eventLoop: loop)
    loop.execute { bound.value.take(.unauthenticated(from: node)) }
  }

  /// Gives the node an input and performs its actions.
  func take(_ input: Input) {
    if isIdle { return }
    step(input)
    // An answer may cause further ones, so the queue can grow while it is worked off.
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

  /// Follows a command.
  /// - Returns: the reason if the node refuses it.
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
    // State that others may hear of is kept before they hear it.
    if actions.contains(where: \.isKept) { keep() }
    for action in actions { perform(action) }
    actions.removeAll(keepingCapacity: true)
  }

  /// Keeps what a daemon needs that takes over from this one.
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
      // Other ports may be hit by other rules.
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

  /// Only an earlier instant moves the timer. A timer that fires early is set again: most wakes move a little ahead
  /// with every datagram.
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
    // Other work of the loop may have kept it from reading its sockets, however late that makes it.
    sockets.readWaiting()
    repair()
    tellFlows()
    take(.timer)
  }

  /// Tells the node the tracked flows that have changed since it was last told.
  private func tellFlows() {
    guard let flows, !areFlowsInDoubt else { return }
    for g in flows.indices where toldFlows.map({ g >= $0.count || $0[g] != flows[g] }) ?? true {
      take(.flows(GroupID(g), flows[g]))
    }
    toldFlows = flows
  }

  /// Queues for the node that there may be a flow in each of these buckets of a group.
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
  /// Whether it tells others something, or ends what could be resumed.
  fileprivate var isKept: Bool {
    switch self {
    case .send(let transmission): !transmission.isRelayed
    case .endLease: true
    case .commit, .renewLease, .wake, .notice: false
    }
  }
}
