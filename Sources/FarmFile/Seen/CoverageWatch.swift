import Engine

/// Counts the holes and doubles that a node knew of, for people: nothing depends on it.
///
/// It goes by what nodes announce, as ``Engine/Standing`` does. It counts while the node knows what the others claim,
/// whether it serves itself or not (``Engine/Node/knowsClaims``).
///
/// - A bucket can be a hole only after it had a claimant. Buckets that nobody claims in a farm that begins, or that a
///   node which joins has not heard of, are none.
/// - A node that has taken part for the time-out has heard of every claim. From then on every bucket without a claimant
///   is a hole.
/// - A member that was removed counts as having claimed nothing since it was last heard. So a crash counts from when it
///   can have been. Where only the daemon stood still, this is too long by what its lease still ran.
package struct CoverageWatch {
  private var names: [String] = []
  private var groups: [Group] = []
  private var timeout = Duration.zero
  /// Since when the node has known what the others claim, without being in joining.
  private var takesPartSince: Instant?
  /// Whether something was counted since ``keepsUp()``.
  private var isChanged = false

  private struct Group {
    var holes: BucketSightings
    var doubles: BucketSightings
    /// By bucket, the claimants at the last look.
    var claimants: [NodeSet]
    /// The node's count of claim changes at that look; `nil` if the claimants must be looked at again in any case.
    var changes: UInt64?
    var own: BucketSet
    /// By bucket, the nodes that claimed it before.
    var former: [NodeSet]
    /// The former claimants of the buckets that the node has begun to claim with the last look.
    var formerOwners = NodeSet.empty
    /// Whether the claimants are known, and whether a bucket that never had one counts as a hole.
    var isKnown = false
    var countsAll = false

    init(bucketCount: Int, _ seen: SeenClaims) {
      holes = BucketSightings(bucketCount: bucketCount, seen.holes)
      doubles = BucketSightings(bucketCount: bucketCount, seen.doubles)
      claimants = Array(repeating: .empty, count: bucketCount)
      former = claimants
      own = BucketSet(capacity: bucketCount)
    }
  }

  package init() {}

  /// Whether it has not been given a node's groups yet.
  package var isEmpty: Bool { groups.isEmpty }

  /// Whether ``seenByName(at:)`` has changed since ``keepsUp()``. With a hole or a double it does so with time.
  package var needsKeeping: Bool {
    isChanged || groups.contains { $0.holes.openCount > 0 || $0.doubles.openCount > 0 }
  }

  /// Notes that what was counted until now has been stored.
  package mutating func keepsUp() { isChanged = false }

  /// By group, what was seen until an instant. A double counts once it is over, or has lasted longer than it takes to
  /// remove a member. Before that, one of the two owners may turn out to be gone.
  package func seen(at now: Instant) -> [SeenClaims] {
    groups.map { group in
      SeenClaims(
        holes: group.holes.seen(at: now), doubles: group.doubles.seen(at: now, lasting: 2 * timeout))
    }
  }

  package var groupIndices: Range<Int> { groups.indices }
  package func holes(_ group: Int) -> BucketSightings { groups[group].holes }
  package func doubles(_ group: Int) -> BucketSightings { groups[group].doubles }

  /// The former claimants of the buckets of a group that the node has begun to claim with the last look.
  package func formerOwners(_ group: Int) -> NodeSet { groups[group].formerOwners }

  /// ``seen(at:)`` by the groups' names: the form in which it is stored for the next daemon.
  package func seenByName(at now: Instant) -> [String: SeenClaims] {
    Dictionary(zip(names, seen(at: now)), uniquingKeysWith: { first, _ in first })
  }

  /// Begins with the groups that a node has now.
  /// - Parameters:
  ///   - names: of the groups, in their order.
  ///   - seen: what was counted before. A group that is not in it begins at 0.
  package mutating func reset(_ node: Node, names: [String], seen: [String: SeenClaims] = [:]) {
    self.names = names
    timeout = node.settings.heartbeat.timeout
    takesPartSince = nil
    groups = zip(names, node.settings.ownershipGroups).map { name, group in
      Group(bucketCount: group.bucketCount, seen[name] ?? SeenClaims())
    }
  }

  /// Looks at the claims after a step. O(1) for each group if none has changed.
  /// - Parameter removed: the members that were removed in this step.
  package mutating func look(at node: Node, removed: NodeSet, now: Instant) {
    let isKnown = node.knowsClaims
    if !isKnown || node.status == .joining {
      takesPartSince = nil
    } else if takesPartSince == nil {
      takesPartSince = now
    }
    let hasSettled = takesPartSince.map { now - $0 > timeout } ?? false
    for g in groups.indices {
      let id = GroupID(g)
      guard isKnown else {
        forget(g, at: now)
        continue
      }
      groups[g].isKnown = true
      groups[g].formerOwners = .empty
      let (changes, own) = (node.claimChanges(in: id), node.owned(id))
      if groups[g].changes != changes || groups[g].own != own {
        (groups[g].changes, groups[g].own) = (changes, own)
        compare(g, with: node, removed: removed, now: now)
      }
      if hasSettled, !groups[g].countsAll, node.unknownClaimants(in: id).isEmpty { countAll(g, from: now) }
    }
  }

  /// Makes every bucket without a claimant count as a hole from now on.
  private mutating func countAll(_ g: Int, from now: Instant) {
    groups[g].countsAll = true
    for b in groups[g].claimants.indices where groups[g].claimants[b].isEmpty {
      groups[g].holes.begin(Bucket(b), at: now)
      isChanged = true
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
        // A node whose claims are unknown may have it: look again.
        groups[g].changes = nil
        continue
      }
      groups[g].claimants[b] = next
      isChanged = true
      if next.contains(node.id), !before.contains(node.id) {
        groups[g].formerOwners = groups[g].formerOwners.union(before.isEmpty ? groups[g].former[b] : before)
      }
      if !before.isEmpty { groups[g].former[b] = before }
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

  /// Notes that claimants of a bucket turn out to have been gone since an instant. Another node may have removed them,
  /// and taken the bucket over, before the watched node did. Then there was no double, but a hole until then.
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

  /// Ends everything, since what is not known is neither hole nor double. A sighting that began shortly before was a
  /// first sign of it, as when a node that is cut off misses the others one after the other: it does not count.
  private mutating func forget(_ g: Int, at now: Instant) {
    guard groups[g].isKnown else { return }
    groups[g].isKnown = false
    groups[g].countsAll = false
    groups[g].changes = nil
    isChanged = true
    for b in groups[g].claimants.indices {
      groups[g].claimants[b] = .empty
      groups[g].holes.end(Bucket(b), at: now, lasting: 2 * timeout)
      groups[g].doubles.end(Bucket(b), at: now, lasting: 2 * timeout)
    }
  }
}
