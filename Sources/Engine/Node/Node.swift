/// One node of a farm: everything that happens to it goes in as an ``Input``, everything that it asks for comes out as
/// an ``Action``.
///
/// It has no clock, no I/O and no source of randomness. It can be copied: a copy lives on its own.
///
/// A node is made of parts. Each part holds one kind of knowledge, changes it in its own file alone, and knows nothing of
/// the others: who the others are (`PeerTable`), what they hear of us (`Reach`), where this node stands (`Lifecycle`),
/// who owns what (`GroupOwnership`), what the kernel has been asked for (`KernelFilter`), when to act next (`Schedule`).
/// The extensions of `Node` say what follows from one part for another.
///
/// A step has six stages (``step(_:at:into:)``). What an input changes is noted in the parts; what the view or ownership
/// depends on is settled once, after the input has been taken; what others or the kernel must know goes out last. So a
/// bucket's bit is set before the kernel is asked to accept it, and no later view is announced without it.
public struct Node: Sendable {
  public let id: NodeID
  let farm: FarmTables
  var counts: OutcomeCounts
  /// The numbers of this life.
  var life: OwnLife
  @usableFromInline var lifecycle: Lifecycle
  var views: ViewHistory
  var staging: Staging
  var peers: PeerTable
  var holdDown: HoldDown
  var reach: Reach
  var pause: PauseGuard
  var duplicate: DuplicateSuspicion
  var lockOut: LockOut
  var lastWords: LastWords
  var catchUp: CatchUp
  /// In the order of ``Settings/ownershipGroups``.
  var groups: [GroupOwnership]
  var filter: KernelFilter
  var schedule: Schedule
}

// The initializers are not in the type itself: so the one that takes every part remains, and a part that is forgotten
// there does not compile.
extension Node {
  /// A stopped node. - Precondition: `settings.problems()` is empty and `id` is configured.
  public init(id: NodeID, settings: Settings) {
    self.init(id: id, tables: FarmTables(settings))
  }

  /// A stopped node that shares its tables with others. - Precondition: `id` is configured.
  public init(id: NodeID, tables farm: FarmTables) {
    precondition(id.index < farm.settings.nodeCount, "a node that is not configured")
    self.init(
      id: id, farm: farm, counts: OutcomeCounts(), life: OwnLife(), lifecycle: Lifecycle(),
      views: ViewHistory(), staging: Staging(), peers: PeerTable(nodeCount: farm.settings.nodeCount),
      holdDown: HoldDown(), reach: Reach(), pause: PauseGuard(), duplicate: DuplicateSuspicion(),
      lockOut: LockOut(), lastWords: LastWords(), catchUp: CatchUp(),
      groups: farm.groups.indices.map { GroupOwnership(GroupID($0), of: farm, node: id) },
      filter: KernelFilter(), schedule: Schedule())
  }

  public var settings: Settings { farm.settings }
  /// Inlinable: elsewhere a call would copy the whole node, and the simulator asks after every step.
  @inlinable public var status: Status { lifecycle.status }
  public var view: View { views.view }
  public var epoch: Epoch { views.epoch }
  public var incarnation: Incarnation { life.incarnation }
  /// The highest sequence sent.
  public var sequence: SequenceNumber { life.sequence }
  /// Whether the application serves, by the word of the checkers.
  public var isHealthy: Bool { lifecycle.isHealthy }
  /// How often each outcome came, by its raw value.
  public var outcomes: [Int] { counts.byOutcome }

  var timing: Timing { farm.timing }
  var configuration: Digest { farm.configuration }
  /// Whether it goes on as an earlier daemon and has not heard all members of that one's view yet.
  var isCatchingUp: Bool { catchUp.isOn }

  /// The buckets of a group whose bit this node announces.
  public func owned(_ group: GroupID) -> BucketSet { groups[group.index].owned }

  /// Takes one input and appends what must be done. Instants never decrease.
  ///
  /// Spurious inputs (a timer that fires early or twice, a confirmation of nothing) change nothing.
  @discardableResult
  public mutating func step(_ input: Input, at now: Instant, into actions: inout [Action]) -> Outcome {
    var outcome = Outcome.notRunning
    if case .start(let start) = input {
      outcome = begin(start, at: now, into: &actions)
    } else if status != .stopped {
      noteLateness(at: now, into: &actions)
      outcome = take(input, at: now, into: &actions)
      finish(at: now, into: &actions)
    }
    counts.count(outcome)
    return outcome
  }

  /// The last stages of a step: settles what changed, sends what must be heard, asks the kernel, asks for the next timer.
  mutating func finish(at now: Instant, into actions: inout [Action]) {
    while schedule.needsSettling { settle(at: now, into: &actions) }
    if schedule.isTriggered(at: now) { sendTriggered(at: now, into: &actions) }
    if filter.isDirty { commitFilter(into: &actions) }
    if schedule.isWakeStale { askToWake(at: now, into: &actions) }
  }

  private mutating func take(_ input: Input, at now: Instant, into actions: inout [Action]) -> Outcome {
    switch input {
    case .start: return .spurious
    case .timer: return fire(at: now, into: &actions)
    case .datagram(let datagram): return receive(datagram, at: now, into: &actions)
    case .unauthenticated(let node): note(unauthenticated: node, at: now, into: &actions)
    case .keyWithdrawn: withdrawKey(at: now)
    case .committed(let number): return confirm(number, at: now)
    case .commitFailed(let number): return fail(number, into: &actions)
    case .flows(let group, let flows): if group.index < groups.count { groups[group.index].note(flows) }
    case .command(let command): follow(command, at: now, into: &actions)
    case .gateway(let isReachable): reach.note(hasGateway: isReachable)
    case .frames(let arrive): note(framesArrive: arrive, at: now)
    case .addressTaken: duplicate.noteAddressTaken(at: now)
    case .health(let isHealthy): note(isHealthy: isHealthy, at: now, into: &actions)
    }
    return .done
  }
}
