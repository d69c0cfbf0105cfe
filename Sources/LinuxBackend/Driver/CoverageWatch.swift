import Engine

/// Counts the holes and doubles that a node knew of, for people: nothing depends on it.
///
/// It goes by what nodes announce, as ``Engine/Standing`` does, and only while the node knows what all members claim. Only a
/// bucket that had a claimant can become a hole: not those of a farm that begins, nor those that a node that joins has not
/// heard of yet. A member that was removed is taken to have claimed nothing since it was last heard, so that a crash counts
/// from when it can have been; where only the daemon stood still, that is too long by what its lease still ran.
struct CoverageWatch {
  private var names: [String] = []
  private var groups: [Group] = []
  private var timeout = Duration.zero
  /// Whether something was counted since this was last set.
  var isChanged = false

  private struct Group {
    var holes: BucketSightings
    var doubles: BucketSightings
    /// By bucket, as last looked at.
    var claimants: [NodeSet]
    /// What the claimants were taken from; `nil` if they are to be looked at again, whatever has changed.
    var changes: UInt64?
    var own: BucketSet

    init(bucketCount: Int, _ seen: SeenClaims) {
      holes = BucketSightings(bucketCount: bucketCount, seen.holes)
      doubles = BucketSightings(bucketCount: bucketCount, seen.doubles)
      claimants = Array(repeating: .empty, count: bucketCount)
      own = BucketSet(capacity: bucketCount)
    }
  }

  /// By group, what was seen until an instant. A double counts once it is over, or has lasted longer than it takes to
  /// remove a member: before, one of the two may turn out to have been gone.
  func seen(at now: Instant) -> [SeenClaims] {
    groups.map { group in
      SeenClaims(
        holes: group.holes.seen(at: now), doubles: group.doubles.seen(at: now, lasting: 2 * timeout))
    }
  }

  /// The same by the groups' names, as it is kept for a daemon that goes on as this one.
  func seenByName(at now: Instant) -> [String: SeenClaims] {
    Dictionary(zip(names, seen(at: now)), uniquingKeysWith: { first, _ in first })
  }

  /// Begins with the groups that a node has now.
  /// - Parameters:
  ///   - names: of them, in their order.
  ///   - seen: what was counted before; a group that is not there begins at 0.
  mutating func reset(_ node: Node, names: [String], seen: [String: SeenClaims] = [:]) {
    self.names = names
    timeout = node.settings.heartbeat.timeout
    groups = zip(names, node.settings.ownershipGroups).map { name, group in
      Group(bucketCount: group.bucketCount, seen[name] ?? SeenClaims())
    }
  }

  /// Looks at the claims as they are after a step; O(1) a group if none has changed.
  /// - Parameter removed: the members that were removed in this step.
  mutating func look(at node: Node, removed: NodeSet, now: Instant) {
    for g in groups.indices {
      let id = GroupID(g)
      guard node.knowsClaims else {
        forget(g, at: now)
        continue
      }
      let (changes, own) = (node.claimChanges(in: id), node.owned(id))
      if groups[g].changes == changes, groups[g].own == own { continue }
      (groups[g].changes, groups[g].own) = (changes, own)
      compare(g, with: node, removed: removed, now: now)
    }
  }

  private mutating func compare(_ g: Int, with node: Node, removed: NodeSet, now: Instant) {
    let isUnknown = !node.unknownClaimants(in: GroupID(g)).isEmpty
    for b in groups[g].claimants.indices {
      let bucket = Bucket(b)
      let before = groups[g].claimants[b]
      let next = node.claimants(of: bucket, in: GroupID(g))
      if next == before { continue }
      if next.isEmpty, isUnknown {
        // Somebody may have it: look again.
        groups[g].changes = nil
        continue
      }
      groups[g].claimants[b] = next
      isChanged = true
      let lost = before.intersection(removed)
      if !lost.isEmpty { end(bucket, of: g, lost: lost, of: before, at: min(now, lastHeard(lost, by: node))) }
      if next.isEmpty { groups[g].holes.begin(bucket, at: now) } else { groups[g].holes.end(bucket, at: now) }
      if next.count > 1 {
        groups[g].doubles.begin(bucket, at: now)
      } else {
        groups[g].doubles.end(bucket, at: now)
      }
    }
  }

  /// A bucket's claimants turn out to have been gone since an instant. Another node may have removed them, and taken the
  /// bucket over, before this one did: then it was no double, and a hole until then.
  private mutating func end(_ bucket: Bucket, of g: Int, lost: NodeSet, of before: NodeSet, at gone: Instant)
  {
    let left = before.subtracting(lost)
    if left.isEmpty { groups[g].holes.begin(bucket, at: gone) }
    if left.count > 1 { return }
    guard let second = groups[g].doubles.cancel(bucket) else { return }
    if second <= gone {
      groups[g].doubles.begin(bucket, at: second)
      groups[g].doubles.end(bucket, at: gone)
    } else if !left.isEmpty {
      groups[g].holes.begin(bucket, at: gone)
      groups[g].holes.end(bucket, at: second)
    }
  }

  private func lastHeard(_ nodes: NodeSet, by node: Node) -> Instant {
    var last = Instant.zero
    for other in nodes { last = max(last, node.lastHeard(other)) }
    return last
  }

  /// What is not known is neither hole nor double.
  private mutating func forget(_ g: Int, at now: Instant) {
    if groups[g].changes == nil { return }
    groups[g].changes = nil
    for b in groups[g].claimants.indices {
      groups[g].claimants[b] = .empty
      groups[g].holes.end(Bucket(b), at: now)
      groups[g].doubles.end(Bucket(b), at: now)
    }
  }
}
