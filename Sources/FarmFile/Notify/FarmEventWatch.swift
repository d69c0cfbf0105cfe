import Engine

/// Makes events of what a node says and of what it has seen: the same for a daemon and for a simulated node.
///
/// Two sources feed it, once a step: the node's notices, and the holes and doubles that a ``CoverageWatch`` has
/// counted. It remembers what it has told. So a state that lasts is told when it begins and when it is over, and a
/// notice that a node repeats is told once in a while. A double is told once it has lasted longer than it takes to
/// remove a member, or when it is over.
package struct FarmEventWatch: Sendable {
  private var settings: NotifySettings
  private let patience: Duration
  private var isInService = false
  private var groups: [Told]
  private var repeated: [Repeated] = []

  /// A repeated notice is told again only after a pause of this length.
  static let repeatAfter = Duration.seconds(10)

  /// What was told of a group.
  private struct Told: Sendable {
    /// Since when there have been the holes, and the doubles, that were told.
    var holes: Instant?
    var doubles: Instant?
    /// The doubles that were over at the last look, and their time.
    var over: SeenBuckets
  }

  private struct Repeated: Sendable {
    var kind: FarmEventKind
    var member: NodeID?
    var at: Instant
  }

  package init(_ settings: NotifySettings, _ node: Node, _ coverage: CoverageWatch) {
    self.settings = settings
    // After the file was read again, events may begin at a node that serves already.
    isInService = Self.serves(node, as: node.status) || node.status == .draining
    // The time in which a member is removed. Before it is over, one of two owners may turn out to be gone.
    patience = 2 * node.settings.heartbeat.timeout
    groups = coverage.groupIndices.map { Told(over: coverage.doubles($0).over) }
  }

  /// Whether events of a kind are told at all.
  package func wants(_ kind: FarmEventKind) -> Bool { settings.events.contains(kind) }

  /// Goes on under another file.
  package mutating func replace(_ settings: NotifySettings) { self.settings = settings }

  /// Begins anew with the groups that a switch of the configuration gives.
  package mutating func regroup(_ coverage: CoverageWatch) {
    groups = coverage.groupIndices.map { Told(over: coverage.doubles($0).over) }
  }

  /// Appends the events of one step of a node.
  /// - Parameters:
  ///   - actions: the output of the step.
  ///   - coverage: after its own look at the same step.
  package mutating func look(
    at node: Node, _ actions: [Action], _ coverage: CoverageWatch, now: Instant,
    into events: inout [FarmEvent]
  ) {
    let first = events.count
    noteNotices(of: node, actions, coverage, now: now, into: &events)
    for g in groups.indices {
      noteHoles(g, node.knowsClaims, coverage.holes(g), now: now, into: &events)
      noteDoubles(g, coverage.doubles(g), now: now, into: &events)
    }
    var i = first
    while i < events.count {
      if wants(events[i].kind) { i += 1 } else { events.remove(at: i) }
    }
  }

  // MARK: What the node says

  private mutating func noteNotices(
    of node: Node, _ actions: [Action], _ coverage: CoverageWatch, now: Instant,
    into events: inout [FarmEvent]
  ) {
    for action in actions {
      guard case .notice(let notice) = action else { continue }
      switch notice {
      case .status(let status, from: _): note(status, of: node, actions, now: now, into: &events)
      // A detached node serves only if no other node is better off.
      case .view where node.status == .detached:
        note(.detached, of: node, actions, now: now, into: &events)
      case .removed(let member): add(.memberRemoved, member, into: &events)
      case .left(let member): add(.memberLeft, member, into: &events)
      case .joined(let member), .returned(let member): add(.memberBack, member, into: &events)
      case .claimed(let group, let count, .takeOver):
        var event = FarmEvent(.tookOver)
        (event.group, event.buckets) = (group, count)
        event.from = coverage.formerOwners(group.index).subtracting(node.view.members)
        events.append(event)
      case .drained: events.append(FarmEvent(.drained))
      case .deaf(let member): add(.outOfService, member, reason: "deaf", into: &events)
      case .duplicateNodeID: repeatedly(.duplicateID, nil, now: now, into: &events)
      case .sharedNodeID(let member): repeatedly(.duplicateID, member, now: now, into: &events)
      case .configurationMismatch: repeatedly(.otherConfiguration, nil, now: now, into: &events)
      case .unauthenticated(let member): repeatedly(.wrongKey, member, now: now, into: &events)
      case .setBack: repeatedly(.setBack, nil, now: now, into: &events)
      case .stale(let member): repeatedly(.stale, member, now: now, into: &events)
      default: break
      }
    }
  }

  private func add(
    _ kind: FarmEventKind, _ member: NodeID?, reason: String? = nil, into events: inout [FarmEvent]
  ) {
    var event = FarmEvent(kind)
    event.member = member
    event.reason = reason
    events.append(event)
  }

  private mutating func repeatedly(
    _ kind: FarmEventKind, _ member: NodeID?, now: Instant, into events: inout [FarmEvent]
  ) {
    if let i = repeated.firstIndex(where: { $0.kind == kind && $0.member == member }) {
      let isNews = now - repeated[i].at >= FarmEventWatch.repeatAfter
      repeated[i].at = now
      if !isNews { return }
    } else {
      repeated.append(Repeated(kind: kind, member: member, at: now))
    }
    add(kind, member, into: &events)
  }

  /// Whether a node in this state serves, a drain apart: it is up, or detached while no node is better off.
  private static func serves(_ node: Node, as status: Status) -> Bool {
    status == .up || status == .detached && node.view.serving.contains(node.id)
  }

  /// Notes a change of state. A node that drains is in service until its drain ends.
  private mutating func note(
    _ status: Status, of node: Node, _ actions: [Action], now: Instant, into events: inout [FarmEvent]
  ) {
    let serves = Self.serves(node, as: status) || status == .draining && isInService
    let goesOn = actions.contains { if case .notice(.resumed) = $0 { true } else { false } }
    if goesOn {
      isInService = status == .up || status == .draining
      return
    }
    if serves == isInService { return }
    isInService = serves
    var event = FarmEvent(serves ? .inService : .outOfService)
    if !serves { event.reason = FarmEventWatch.reason(status, of: node, actions) }
    events.append(event)
  }

  /// Why a node that has entered a state does not serve.
  private static func reason(_ status: Status, of node: Node, _ actions: [Action]) -> String {
    for case .notice(let notice) in actions {
      switch notice {
      case .leaseLost: return "no_lease"
      case .duplicateNodeID: return "duplicate_id"
      case .setBack: return "set_back"
      case .drained: return "drained"
      case .heldDown: return "held_down"
      default: break
      }
    }
    switch status {
    case .standby: return node.isHealthy ? "failback" : "unhealthy"
    case .fenced: return node.knowsClaims ? "isolated" : "too_few"
    default: return "\(status.name)"
    }
  }

  // MARK: What the node has seen

  private mutating func noteHoles(
    _ g: Int, _ isKnown: Bool, _ holes: BucketSightings, now: Instant, into events: inout [FarmEvent]
  ) {
    var event = FarmEvent(.hole)
    event.group = GroupID(g)
    if let since = groups[g].holes {
      if holes.openCount > 0 { return }
      groups[g].holes = nil
      event.kind = .holeOver
      event.length = now - since
      if !isKnown { event.reason = "unknown" }
    } else {
      guard holes.openCount > 0, now - holes.oldest > settings.hole else { return }
      groups[g].holes = holes.oldest
      event.length = now - holes.oldest
      event.buckets = holes.count(before: now - settings.hole)
    }
    events.append(event)
  }

  private mutating func noteDoubles(
    _ g: Int, _ doubles: BucketSightings, now: Instant, into events: inout [FarmEvent]
  ) {
    var event = FarmEvent(.double)
    event.group = GroupID(g)
    let ended = doubles.over.count - groups[g].over.count
    let lasted = doubles.over.nanoseconds - groups[g].over.nanoseconds
    groups[g].over = doubles.over
    if let since = groups[g].doubles {
      if doubles.openCount > 0 { return }
      groups[g].doubles = nil
      event.kind = .doubleOver
      event.length = now - since
    } else if doubles.openCount > 0, now - doubles.oldest >= patience {
      groups[g].doubles = doubles.oldest
      event.length = now - doubles.oldest
      event.buckets = doubles.openCount
    } else {
      guard ended > 0 else { return }
      // They were over before they were told: the length is the mean.
      event.length = Duration(nanoseconds: lasted / Int64(ended))
      event.buckets = Int(ended)
      event.reason = "over"
    }
    events.append(event)
  }
}
