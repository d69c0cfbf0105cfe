import Engine
import Sim

/// What was done to a farm in one round, and what was observed from outside. Times count from the round's beginning.
///
/// ``SoakJudge`` needs nothing else. Faults become ``spans``, which last until their real ends; owners become
/// ``spells``, the times of a bucket with no owner or several.
struct SoakHistory: Sendable {
  /// The scenario that was played.
  var scenario: Scenario
  /// In order of time.
  var edges: [FaultPlan.Edge]
  /// By group: which filters accepted which bucket.
  var ownership: [OwnershipTimeline]
  var probes: [AnsweredPacket]
  /// When a thread with the daemons' priority was woken late by more than a little, in order of time.
  var lateness: [Lateness]
  /// What captures of every node's service interface show.
  var wire = WireRecord()
  /// In order of time.
  var mishaps: [MishapSpan] = []
  /// What each daemon's process held.
  var lives: [DaemonUsage.Life] = []
  /// By fault, for upgrades: when the new daemon first changed its kernel's tables.
  var atWork: [Int: Instant] = [:]
  /// The lines of the daemons' logs.
  var said: [NodeID: [DaemonLog.Line]] = [:]
  var end: Instant

  /// A mishap at its real times.
  struct MishapSpan: Sendable, Hashable {
    var mishap: Mishap
    var begin: Instant
    /// When it was over. For a mishap at one instant: when it was done.
    var end: Instant
  }

  struct Lateness: Sendable, Hashable {
    var at: Instant
    var length: Duration
  }

  func kind(_ edge: FaultPlan.Edge) -> FaultKind { scenario.faults[edge.fault].kind }

  /// The faults at their real times: until their own ends, a restart of their nodes, or the round's end.
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
  /// A time in which a bucket had no owner, or in which it had several, even if these changed.
  struct Spell: Sendable, Hashable {
    var group: GroupID
    var bucket: Bucket
    var begin: Instant
    var end: Instant
    /// Every node that owned it meanwhile; empty for a hole.
    var owners: NodeSet
    /// Whether it still lasted when the round ended.
    var isOpen: Bool

    var length: Duration { end - begin }
    var isDouble: Bool { !owners.isEmpty }
  }

  /// Holes and doubles, by group and bucket, in order of time.
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

  /// Calls `body` with every bucket and its changes in order of time. The first is the state at the beginning.
  func forEachBucket(_ body: (GroupID, Bucket, [OwnershipChange]) -> Void) {
    for timeline in ownership {
      var changes = [[OwnershipChange]](repeating: [], count: timeline.bucketCount)
      for bucket in changes.indices {
        changes[bucket] = [OwnershipChange(at: .zero, bucket: Bucket(bucket), owners: .empty)]
      }
      for change in timeline.changes {
        // If a bucket changes twice at one instant, no packet meets the state in between.
        if changes[change.bucket.index].last?.at == change.at { changes[change.bucket.index].removeLast() }
        changes[change.bucket.index].append(change)
      }
      for bucket in changes.indices { body(timeline.group, Bucket(bucket), changes[bucket]) }
    }
  }
}
