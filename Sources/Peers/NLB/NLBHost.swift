import Engine

/// One host of a Microsoft Network Load Balancing cluster, as its documents describe it.
///
/// It has the engine's door: an ``Input`` goes in, ``Action``s come out. Each period a host does three things. It looks
/// for members that have been silent for the tolerance. It goes on with a convergence if every member is as far. It
/// sends a heartbeat. A convergence begins when a host is heard that was no member, when one falls silent, when rules
/// or weights change, and when a member converges. Until it ends the old map stays in force. It ends when all hosts
/// have announced the same new map (`NLBPlan`). It never ends while two hosts have the same priority or different
/// rules.
///
/// A flow stays with its host when its bucket moves: filters see to that. NLB does not look at applications, so health
/// is ignored. Where nothing is published, ``NLBAssumptions`` says what is taken.
/// - Source: KB 193601 (settings), 193599 (obstacles), 232711 (heartbeats), 232997 (convergence), 242242 (drainstop).
public struct NLBHost: Sendable {
  public let id: NodeID
  public private(set) var settings: NLBSettings
  /// Joining until it has converged for the first time, then up, also while it converges again.
  public private(set) var status = Status.stopped
  public private(set) var epoch = Epoch(0)
  private var convergence: NLBConvergence
  private var neighbours = NLBNeighbours()
  private var plan: NLBPlan
  private var ownership: NLBOwnership
  private var filter = NLBFilter()
  private var alarms = NLBAlarms()
  private var hostCode: UInt32 = 0
  private var hasConverged = false
  private var hasLostMembers = false
  private var flows = NLBFlows([])
  private var rhythm = NLBRhythm()
  private var drainUntil = Instant.never

  /// A stopped host.
  /// - Precondition: `settings.problems()` is empty, and the id is below ``NLBSettings/maximumHosts``.
  public init(id: NodeID, settings: NLBSettings) {
    precondition(id.index < NLBSettings.maximumHosts, "a cluster has at most 32 hosts")
    self.id = id
    self.settings = settings
    convergence = NLBConvergence(settings.assumed)
    plan = NLBPlan(ruleCount: settings.rules.count + 1)
    ownership = NLBOwnership(ruleCount: settings.rules.count + 1)
  }

  public var stage: NLBStage { convergence.stage }
  /// Why it converges, or cannot; `nil` if it has.
  public var cause: NLBCause? { stage == .converged ? nil : convergence.cause }
  /// This host and those that it hears.
  public var members: NodeSet {
    var all = neighbours.members
    if status != .stopped { all.insert(id) }
    return all
  }
  /// The buckets of a rule that it serves; the group after the last rule is the default host's.
  public func owned(_ group: GroupID) -> BucketSet {
    group.index < served.count ? served[group.index] : BucketSet(capacity: 1)
  }

  /// Takes one input and appends what must be done. Instants never decrease. Spurious inputs change nothing.
  @discardableResult
  public mutating func step(_ input: Input, at now: Instant, into actions: inout [Action]) -> Outcome {
    if case .start(let start) = input { return self.start(start, at: now, into: &actions) }
    if status == .stopped { return .notRunning }
    var outcome = Outcome.done
    switch input {
    case .timer: outcome = fire(at: now, into: &actions)
    case .datagram(let datagram): outcome = hear(datagram, at: now, into: &actions)
    case .commitFailed(let number): filter.fail(number)
    case .flows(let group, let tracked): flows.note(tracked, of: group)
    case .command(let command): follow(command, at: now, into: &actions)
    case .start, .committed, .unauthenticated, .keyWithdrawn, .gateway, .frames, .addressTaken, .health: break
    }
    settle(at: now, into: &actions)
    return outcome
  }

  /// Gives a running host other rules, weights or assumptions, as `nlb reload` does. The others see it at the next
  /// heartbeat. - Precondition: `settings.problems()` is empty.
  public mutating func reload(_ settings: NLBSettings, at now: Instant, into actions: inout [Action]) {
    let hasOtherRules = settings.rules.map { $0.code } != self.settings.rules.map { $0.code }
    self.settings = settings
    if status == .stopped { return }
    if hasOtherRules {
      plan = NLBPlan(ruleCount: settings.rules.count + 1)
      ownership = ownership.fitted(to: settings.rules.count + 1)
      flows = NLBFlows(served)
    }
    converge(hasOtherRules ? .modifiedRules : .modifiedParameters)
    if hasOtherRules {
      filter.accept(
        served, settings: settings.filterSettings(nodeCount: NLBSettings.maximumHosts), into: &actions)
    }
    settle(at: now, into: &actions)
  }

  // MARK: Life

  private mutating func start(_ start: Start, at now: Instant, into actions: inout [Action]) -> Outcome {
    if status != .stopped { return .spurious }
    self = NLBHost(id: id, settings: settings)
    hostCode = UInt32(truncatingIfNeeded: start.bootID.rawValue)
    flows = NLBFlows(served)
    rhythm.start(every: settings.period, start.bootID, at: now)
    become(.joining, into: &actions)
    settle(at: now, into: &actions)
    return .done
  }

  private mutating func become(_ next: Status, into actions: inout [Action]) {
    if next == status { return }
    actions.append(.notice(.status(next, from: status)))
    status = next
  }

  private mutating func stop(into actions: inout [Action]) {
    become(.stopped, into: &actions)
    neighbours = NLBNeighbours()
    ownership = NLBOwnership(ruleCount: settings.rules.count + 1)
    filter.close(served, into: &actions)
    rhythm.stop()
    drainUntil = .never
    actions.append(.wake(at: .never))
  }

  private mutating func follow(_ command: Command, at now: Instant, into actions: inout [Action]) {
    switch command {
    case .stop, .leave: stop(into: &actions)
    case .drain(let deadline, _):
      become(.draining, into: &actions)
      drainUntil = deadline.map { now + $0 } ?? .never
      converge(.modifiedParameters)
    case .resume:
      if status != .draining { return }
      become(hasConverged ? .up : .joining, into: &actions)
      drainUntil = .never
      converge(.modifiedParameters)
    case .setWeight(let group, let weight):
      guard group.index < settings.rules.count, weight <= 100 else {
        actions.append(.notice(.refused(.weightOutOfRange)))
        return
      }
      settings.rules[group.index].weight = Int(weight)
      converge(.modifiedParameters)
    case .stage: actions.append(.notice(.refused(.invalidSettings)))
    }
  }

  /// A drain that is over ends the host; then the filter and the timer follow what has changed.
  private mutating func settle(at now: Instant, into actions: inout [Action]) {
    if status == .draining {
      let isDone = stage == .converged && ownership.isEmpty && flows.count == 0
      if isDone || drainUntil <= now {
        actions.append(.notice(.drained(flowsCut: flows.count)))
        stop(into: &actions)
      }
    }
    if status == .stopped { return }
    filter.accept(served, into: &actions)
    if let wake = rhythm.wake(noLaterThan: drainUntil) { actions.append(.wake(at: wake)) }
  }

  // MARK: Heartbeats

  private mutating func fire(at now: Instant, into actions: inout [Action]) -> Outcome {
    guard let number = rhythm.beat(at: now) else { return .spurious }
    filter.retry()
    let tolerance = settings.tolerance * settings.period
    let isLooking = number % settings.assumed.checkEvery == 0
    let lost = isLooking ? neighbours.removeSilent(for: tolerance, at: now) : .empty
    for node in lost { actions.append(.notice(.removed(node))) }
    if !lost.isEmpty {
      hasLostMembers = true
      converge(.memberLost, isJoin: !hasConverged)
    } else if stage != .converged {
      goOn(into: &actions)
    }
    actions.append(
      .send(
        Transmission(
          bytes: heartbeat.frame(mode: settings.mode), to: nil, networks: NetworkSet(first: 1),
          isRelayed: false)))
    return .done
  }

  private mutating func hear(_ datagram: Datagram, at now: Instant, into actions: inout [Action]) -> Outcome {
    guard let said = NLBHeartbeat(frame: datagram.bytes) else { return .malformed }
    if said.clusterAddress != settings.clusterAddress { return .foreignFarm }
    if datagram.from == id { return .ownEcho }
    if datagram.from.index >= NLBSettings.maximumHosts { return .unknownNode }
    switch neighbours.hear(said, from: datagram.from, at: now) {
    case .joined:
      actions.append(.notice(.joined(datagram.from)))
      converge(.newMember, isJoin: true)
    case .returned:
      actions.append(.notice(.returned(datagram.from)))
      converge(.newMember)
    case .changed: converge(.modifiedParameters)
    case .nothing:
      if stage == .converged && said.stage < .mapping || stage >= .mapping && said.stage == .converging {
        converge(.unknown)
      } else if stage == .converged && !said.announces(plan.maps(of: datagram.from)) {
        converge(.unknown)
      }
    }
    if stage >= .settled { handOver(into: &actions) }
    return .done
  }

  /// What this host announces now.
  private var heartbeat: NLBHeartbeat {
    let new = stage < .mapping ? nil : plan.maps(of: id)
    let rules = ownership.reports(
      settings, new: new, flows: flows, isDraining: status == .draining, hasConverged: stage == .converged)
    return NLBHeartbeat(
      clusterAddress: settings.clusterAddress, dedicatedAddress: settings.dedicatedAddress,
      priority: settings.priority, defaultHost: defaultHost, stage: stage, hostCode: hostCode, rules: rules)
  }

  private var defaultHost: Int {
    guard let node = plan.defaultHost else { return 0 }
    if node == id { return settings.priority }
    return neighbours.members.contains(node) ? neighbours.heartbeat(of: node).priority : 0
  }

  // MARK: Convergence

  private mutating func converge(_ cause: NLBCause, isJoin: Bool = false) {
    convergence.restart(cause, isJoin: isJoin, settings.assumed)
  }

  private mutating func goOn(into actions: inout [Action]) {
    let obstacle = neighbours.obstacle(heartbeat, singleRules: settings.rules.map { $0.filtering == .single })
    if let obstacle {
      convergence.note(obstacle: obstacle.cause)
      let said = neighbours.heartbeat(of: obstacle.node)
      alarms.raise(obstacle.cause, said, of: obstacle.node, own: settings.priority, into: &actions)
    } else if stage >= .mapping && neighbours.contradict(plan) {
      converge(.unknown)
      return
    }
    for stage in convergence.pass(isAgreed: obstacle == nil && neighbours.agree(stage, plan)) {
      if stage == .mapping {
        plan = NLBPlan(neighbours.announced(with: heartbeat, of: id), settings: settings)
        ownership.aim(at: plan.maps(of: id))
      } else if stage == .converged {
        adopt(into: &actions)
      }
    }
  }

  private mutating func adopt(into actions: inout [Action]) {
    var digest = Digest()
    var serving = NodeSet.empty
    for (node, said) in neighbours.announced(with: heartbeat, of: id) {
      if said.rules.contains(where: { $0.weight > 0 }) { serving.insert(node) }
      digest.combine(UInt64(node.rawValue) << 32 | UInt64(said.hostCode))
    }
    epoch.rawValue += 1
    actions.append(.notice(.view(members: members, serving: serving, digest: digest, epoch: epoch)))
    let announced = neighbours.served(ruleCount: ownership.held.count)
    let before = ownership.held
    let gained = ownership.adopt(plan.maps(of: id))
    for rule in gained.indices where gained[rule] > 0 {
      let new = ownership.held[rule].subtracting(before[rule])
      let isHandOver = !announced[rule].intersection(new).isEmpty
      let reason: ClaimReason = isHandOver ? .handOver : hasLostMembers ? .takeOver : .unclaimed
      actions.append(.notice(.claimed(GroupID(rule), count: gained[rule], reason)))
    }
    hasConverged = true
    hasLostMembers = false
    if status == .joining { become(.up, into: &actions) }
    handOver(into: &actions)
  }

  private mutating func handOver(into actions: inout [Action]) {
    let isOver = stage == .converged
    let announced =
      isOver && !settings.assumed.keepsUntilAnnounced
      ? plan.assigned : neighbours.served(ruleCount: ownership.held.count, by: plan)
    let given = ownership.giveUp(announced: announced, planned: isOver ? plan.assigned : nil)
    for rule in given.indices where given[rule] > 0 {
      actions.append(.notice(.released(GroupID(rule), count: given[rule])))
    }
  }

  /// What the filter is to accept.
  private var served: [BucketSet] {
    let assumed = settings.assumed
    var maps = ownership.held
    if status == .stopped || stage != .converged && !assumed.keepsMapWhileConverging
      || status == .draining && !assumed.drainKeepsMap
    {
      maps = maps.map { _ in .empty }
    } else if !hasConverged && !assumed.newcomerServesNothing {
      maps = maps.map { _ in NLBMap(first: assumed.bucketCount) }
    }
    return maps.indices.map {
      maps[$0].bucketSet(capacity: $0 == settings.rules.count ? 1 : assumed.bucketCount)
    }
  }
}
