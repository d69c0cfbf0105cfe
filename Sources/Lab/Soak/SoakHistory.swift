import Engine
import Sim

/// What was done to a farm in one round and what was seen of it from outside. Times count from the round's beginning.
struct SoakHistory: Sendable {
  /// What was played.
  var scenario: Scenario
  /// In order of time.
  var edges: [Edge]
  /// By group: which filters accepted which bucket.
  var ownership: [OwnershipTimeline]
  var probes: [AnsweredPacket]
  /// How late a thread of the daemons' priority was woken, where that was worth noting, in order of time.
  var lateness: [Lateness]
  /// What captures of every node's service interface show.
  var wire = WireRecord()
  /// In order of time.
  var mishaps: [MishapSpan] = []
  /// What every process of a daemon held.
  var lives: [DaemonUsage.Life] = []
  /// By fault, an upgrade: when the new daemon first did something to its kernel.
  var atWork: [Int: Instant] = [:]
  /// What the daemons' logs say.
  var said: [NodeID: [DaemonLog.Line]] = [:]
  var end: Instant

  /// A mishap as it was really done.
  struct MishapSpan: Sendable, Hashable {
    var mishap: Mishap
    var begin: Instant
    /// When it was over or, if it is done in a moment, was done.
    var end: Instant
  }

  /// A fault begins or ends.
  struct Edge: Sendable, Hashable {
    var at: Instant
    /// Index into the scenario's faults.
    var fault: Int
    var isEnd: Bool
  }

  struct Lateness: Sendable, Hashable {
    var at: Instant
    var length: Duration
  }

  func kind(_ edge: Edge) -> FaultKind { scenario.faults[edge.fault].kind }

  /// When each fault was really done: until its own end, a restart of its nodes, or the round's end.
  var spans: [Span] {
    edges.filter { !$0.isEnd }.map { edge in
      let named = kind(edge).nodesNamed
      let end = edges.first { other in
        guard other.at > edge.at else { return false }
        if other.fault == edge.fault { return other.isEnd }
        guard !other.isEnd, case .restart(let nodes) = kind(other) else { return false }
        return !named.isEmpty && named.isSubset(of: nodes)
      }
      return Span(kind: kind(edge), begin: edge.at, end: end?.at ?? self.end)
    }
  }

  struct Span: Sendable, Hashable {
    var kind: FaultKind
    var begin: Instant
    var end: Instant
  }
}

extension SoakHistory {
  /// A time in which a bucket had no owner or several, whichever they were.
  struct Spell: Sendable, Hashable {
    var group: GroupID
    var bucket: Bucket
    var begin: Instant
    var end: Instant
    /// Every node that owned it meanwhile; none: a hole.
    var owners: NodeSet
    /// It lasted when the round ended.
    var isOpen: Bool

    var length: Duration { end - begin }
    var isDouble: Bool { !owners.isEmpty }
  }

  /// Holes and doubles, group by group, bucket by bucket, in order of time.
  var spells: [Spell] {
    var found: [Spell] = []
    forEachBucket { group, bucket, changes in
      var open: Spell?
      for (i, change) in changes.enumerated() {
        let until = i + 1 < changes.count ? changes[i + 1].at : end
        let isDouble = change.owners.count > 1
        if let spell = open, change.owners.count == 1 || spell.isDouble != isDouble {
          found.append(spell)
          open = nil
        }
        guard change.owners.count != 1 else { continue }
        var spell =
          open
          ?? Spell(
            group: group, bucket: bucket, begin: change.at, end: until, owners: .empty, isOpen: false)
        spell.end = until
        spell.owners = spell.owners.union(change.owners)
        spell.isOpen = i + 1 == changes.count
        open = spell
      }
      if let open { found.append(open) }
    }
    return found
  }

  /// Every bucket with its changes in order of time; the first says what held at the beginning.
  func forEachBucket(_ body: (GroupID, Bucket, [OwnershipChange]) -> Void) {
    for timeline in ownership {
      var changes = [[OwnershipChange]](repeating: [], count: timeline.bucketCount)
      for bucket in changes.indices {
        changes[bucket] = [OwnershipChange(at: .zero, bucket: Bucket(bucket), owners: .empty)]
      }
      for change in timeline.changes {
        // What changes twice at one instant had nobody meet it in between.
        if changes[change.bucket.index].last?.at == change.at { changes[change.bucket.index].removeLast() }
        changes[change.bucket.index].append(change)
      }
      for bucket in changes.indices { body(timeline.group, Bucket(bucket), changes[bucket]) }
    }
  }
}
