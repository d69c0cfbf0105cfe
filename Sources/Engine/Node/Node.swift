/// One node of a farm: everything that happens to it goes in as an ``Input``, everything that it asks for comes out as
/// an ``Action``.
///
/// It has no clock, no I/O and no source of randomness. It can be copied: a copy lives on its own. A step first notes
/// whether the node stood still, then takes its input. If that changed what the view or ownership depends on, the step
/// settles it: view, table, ownership. Last it sends heartbeats, commits to the filter and asks for the next timer.
/// What a node knows of another is in `Peer`, and what others claim in `Claims`. Its states are in `Node+Life.swift`,
/// the rules by which buckets change hands in `Node+Ownership.swift`.
public struct Node: Sendable {
  public let id: NodeID
  public var settings: Settings { farm.settings }
  public internal(set) var status: Status = .stopped
  public internal(set) var view: View = .empty
  public internal(set) var epoch = Epoch(0)
  public internal(set) var incarnation = Incarnation(0)
  /// The highest sequence sent.
  public internal(set) var sequence = SequenceNumber(0)
  /// How often each outcome came, by its raw value.
  public internal(set) var outcomes = [Int](repeating: 0, count: Outcome.allCases.count)

  let farm: FarmTables
  var staged: Settings?
  var stagedDigest: Digest?
  var previousConfiguration: Digest?

  // This life.
  var bootID = BootID(0)
  var startedAt = Instant.zero
  var statusSince = Instant.zero
  var upSince = Instant.zero
  /// When this node last became the target of more buckets by its own word: it came up, or its weight rose.
  var gainedAt = Instant.zero
  /// Whether the application serves, by the word of the checkers.
  public internal(set) var isHealthy = true
  var gatewayReachable = true
  var isResumed = false
  var drainUntil = Instant.never
  var endsDrainInStandby = false
  var isHolding = NodeSet.empty
  /// Whether an operator resumed this node although others hold it down.
  var overridesHoldDown = false
  /// Nodes that were in service in this node's view and have left it.
  var departed = NodeSet.empty
  var leavingLeft = 0
  var viewSince = Instant.zero
  /// When the view before this one began.
  var earlierViewSince = Instant.zero
  /// Whether it goes on as an earlier daemon and has not heard all members of that one's view yet.
  var isCatchingUp = false
  var catchUpUntil = Instant.never

  // The others.
  var peers: PeerTable
  var lastWords = LastWords()
  /// The suspicion that datagrams with our id are another machine's, and when one last was, as far as we know.
  var suspicion = DuplicateSuspicion()
  var lastDuplicate: Instant?
  /// The boot ids of this node's former lives, as far as the backend remembers them.
  var formerBootIDs: [BootID] = []
  /// The newest life of our own id that others show while we say nothing: another machine's if it goes on.
  var shownLife = ShownLife()
  /// How often this node has raised its incarnation above another machine's, and when last.
  var defences = 0
  var lastDefence = Instant.zero
  /// When another machine last answered for an address of this node's.
  var lastAddressTaken: Instant?
  /// When a heartbeat that fits no key last came from a node's address.
  var lastUnauthenticated: Instant?
  /// The nodes from whose addresses such heartbeats come, since the last time that there were none for `tau`.
  var unauthenticatedNodes = NodeSet.empty

  // The way back.
  /// When the newest of our datagrams that anyone has echoed was sent.
  var lastEchoed = Instant.zero
  var hearingSince = Instant.zero
  var lastHeardAnyone = Instant.zero
  var hasHeardAnyone = false
  /// Since when no frame of anybody arrives on a service network; ``Instant/never`` while some do.
  var silentSince = Instant.never
  var sentAt = [Instant](repeating: .zero, count: Node.sentRing)
  static let sentRing = 256

  var groups: [GroupOwnership]
  var filter = KernelFilter()
  var schedule = Schedule()

  // Timers.
  var graceUntil = Instant.zero
  var pausedAt = Instant.zero
  var pauseLateness = Duration.zero
  /// Until when nothing is taken: this node stood still, and what happened meanwhile may not have been read yet.
  var takesAfter = Instant.zero

  /// A stopped node. - Precondition: `settings.problems()` is empty and `id` is configured.
  public init(id: NodeID, settings: Settings) {
    self.init(id: id, tables: FarmTables(settings))
  }

  /// A stopped node that shares its tables with others. - Precondition: `id` is configured.
  public init(id: NodeID, tables farm: FarmTables) {
    let settings = farm.settings
    precondition(id.index < settings.nodeCount, "a node that is not configured")
    self.id = id
    self.farm = farm
    peers = PeerTable(nodeCount: settings.nodeCount)
    groups = farm.groups.indices.map { GroupOwnership(GroupID($0), of: farm, node: id) }
  }

  /// Takes one input and appends what must be done. Instants never decrease.
  ///
  /// Spurious inputs (a timer that fires early or twice, a confirmation of nothing) change nothing.
  @discardableResult
  public mutating func step(_ input: Input, at now: Instant, into actions: inout [Action]) -> Outcome {
    let outcome = take(input, at: now, into: &actions)
    outcomes[Int(outcome.rawValue)] += 1
    return outcome
  }

  var timing: Timing { farm.timing }
  var plan: HeartbeatPlan { farm.plan }
  var configuration: Digest { farm.configuration }

  /// The buckets of a group whose bit this node announces.
  public func owned(_ group: GroupID) -> BucketSet { groups[group.index].owned }

  private mutating func take(_ input: Input, at now: Instant, into actions: inout [Action]) -> Outcome {
    if case .start(let start) = input { return self.start(start, at: now, into: &actions) }
    if status == .stopped { return .notRunning }
    notePause(at: now, into: &actions)
    var outcome = Outcome.done
    switch input {
    case .start: break
    case .timer: outcome = fire(at: now, into: &actions)
    case .datagram(let datagram): outcome = receive(datagram, at: now, into: &actions)
    case .unauthenticated(let node): note(unauthenticated: node, at: now, into: &actions)
    case .keyWithdrawn: withdrawKey(at: now)
    case .committed(let number): outcome = confirm(number, at: now, into: &actions)
    case .commitFailed(let number): outcome = fail(number, into: &actions)
    case .flows(let group, let flows): if group.index < groups.count { groups[group.index].note(flows) }
    case .command(let command): follow(command, at: now, into: &actions)
    case .gateway(let isReachable): gatewayReachable = isReachable
    case .frames(let arrive): note(framesArrive: arrive, at: now)
    case .addressTaken: lastAddressTaken = now
    case .health(let isHealthy): note(isHealthy: isHealthy, at: now, into: &actions)
    }
    flush(at: now, into: &actions)
    return outcome
  }
}
