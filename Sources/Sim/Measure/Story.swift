import Engine
import FarmFile

/// The story of a run in plain words, line by line, for the report's timeline.
///
/// Faults, notices of nodes and checkers, and lease ends become entries; the extensions hold the wording. News that
/// several nodes report within a ``moment`` is told once, by the first of them: see ``isNews(_:about:at:)``. Without
/// details nothing is kept.
struct Story: Sendable {
  let isKept: Bool
  let names: FarmNames
  /// By node that has switched to other settings: the names of its groups then.
  private var ownNames: [Int: FarmNames] = [:]
  let nodeCount: Int
  private(set) var entries: [TimelineEntry] = []
  /// When each topic was last told about a node, to tell it once.
  private var said: [Saying] = []
  /// News of the same kind about the same node within this time is the same news.
  let moment: Duration
  /// By node: the status that it announced last.
  private var statuses: [Status]
  private var hasFormed = false
  /// Whether some clients have flows of datagrams, which no kernel tracks.
  let haveUntrackedFlows: Bool

  private struct Saying: Sendable, Hashable {
    var subject: Int
    var topic: Topic
    var at: Instant
  }

  enum Topic: UInt8, Sendable, Hashable {
    case removed, left, joined, returned, falseRemoval, commitFailed, leaseLost, mismatch, duplicate, staged,
      switched, found, heardAgain
  }

  init(_ scenario: Scenario, isKept: Bool) {
    self.isKept = isKept
    var farm = scenario.farm
    farm.nodes = scenario.nodes
    names = FarmNames(farm)
    nodeCount = scenario.nodeCount
    moment = farm.settings.heartbeat.timeout + farm.settings.heartbeat.interval
    statuses = [Status](repeating: .stopped, count: nodeCount)
    haveUntrackedFlows = scenario.traffic.contains { $0.datagrams != nil }
  }

  /// The status that a node announced last.
  func status(of node: NodeID) -> Status {
    node.index < statuses.count ? statuses[node.index] : .stopped
  }

  /// A node announces its status.
  mutating func take(_ status: Status, of node: NodeID) {
    if node.index < statuses.count { statuses[node.index] = status }
  }

  /// The names of nodes and groups by a node's own file.
  func names(of node: NodeID) -> FarmNames { ownNames[node.index] ?? names }

  /// A node has the groups of another file from now on.
  mutating func switched(_ node: NodeID, to groups: [String], of scenario: Scenario) {
    guard isKept else { return }
    var farm = scenario.farm
    (farm.nodes, farm.groups) = (scenario.nodes, groups)
    ownNames[node.index] = FarmNames(farm)
  }

  func name(_ node: NodeID) -> String { names.name(node) }
  func name(_ group: GroupID) -> String { names.name(group) }
  func list(_ nodes: NodeSet) -> String { names.list(nodes) }
  func list(_ networks: NetworkSet) -> String { names.list(networks) }

  mutating func add(
    _ at: Instant, _ node: NodeID?, _ kind: TimelineEntry.Kind, _ text: String, isMinor: Bool = false,
    claim: TimelineEntry.Claim? = nil
  ) {
    entries.append(TimelineEntry(at: at, node: node, kind: kind, text: text, isMinor: isMinor, claim: claim))
  }

  /// Every bucket has exactly one owner for the first time.
  mutating func farmFormed(at now: Instant) {
    guard isKept, !hasFormed else { return }
    hasFormed = true
    add(now, nil, .ownership, Story.formed)
  }

  static let formed = "the farm has formed: every bucket has an owner"

  /// A node's lease has run out by itself.
  mutating func leaseEnded(of node: NodeID, at now: Instant) {
    guard isKept else { return }
    add(now, node, .alarm, "the lease of \(name(node)) ends: its kernel accepts nobody any more")
  }

  /// Whether a topic about a node is news. Notes that it was told.
  mutating func isNews(_ topic: Topic, about subject: Int, at now: Instant) -> Bool {
    if let i = said.firstIndex(where: { $0.topic == topic && $0.subject == subject }) {
      let isOld = now < said[i].at + moment
      said[i].at = now
      return !isOld
    }
    said.append(Saying(subject: subject, topic: topic, at: now))
    return true
  }

  /// A node finds itself deaf: it had only ceased to hear the peers that it missed a moment ago. Their losses become
  /// minor lines, and another node may still report them.
  mutating func takeBackLosses(of node: NodeID, at now: Instant) {
    guard isKept else { return }
    for i in entries.indices.reversed() {
      if entries[i].at + moment < now { return }
      guard entries[i].node == node, entries[i].kind == .loss else { continue }
      for member in 0..<nodeCount where member != node.index {
        let other = NodeID(member)
        guard entries[i].text == Story.loss(of: name(other), to: name(node)) else { continue }
        (entries[i].kind, entries[i].isMinor) = (.view, true)
        entries[i].text = Story.silence(of: name(other), to: name(node))
        let at = entries[i].at
        said.removeAll { $0.topic == .removed && $0.subject == member && $0.at == at }
      }
    }
  }

  mutating func falseRemoval(of member: NodeID, by observer: NodeID, at now: Instant) {
    guard isKept, isNews(.falseRemoval, about: member.index, at: now) else { return }
    add(
      now, observer, .alarm,
      "\(name(member)) is taken for dead by \(name(observer)), though it runs and can be heard")
  }
}
