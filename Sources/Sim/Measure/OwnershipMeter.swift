import Engine

/// Who owns each bucket, over time, integrated exactly from the changes of the filters.
///
/// An owner is a node that would accept a new flow of the bucket, from a client that reaches it and hears its answer. A
/// bucket without one is a *hole* if no open filter has it, and *unreached* if one has it but the network does not bring
/// clients there or answers back. Times with two or more owners count always; times without an owner count from when
/// the farm has *formed*: the first instant at which every bucket has exactly one owner.
struct OwnershipMeter: Sendable {
  /// By bucket of all groups, one after the other: the owners now, and since when.
  private(set) var owners: [UInt64]
  private var since: [Instant]
  /// By bucket: whether it has none because the one it has is not reached.
  private var isUnreached: [Bool]
  /// By bucket: since when it has none, one or several, whichever they are, or is unreached.
  private var kindSince: [Instant]
  /// By bucket: the node that was its only owner last, 255 before the first.
  private(set) var lastOwner: [UInt8]
  /// Where each group's buckets begin; one entry more than groups.
  let offsets: [Int]
  /// Buckets that have no owner, or two or more.
  private(set) var irregular: Int
  private(set) var formedAt: Instant?

  private(set) var holeTotal: UInt64 = 0
  private(set) var holeLongest: UInt64 = 0
  private(set) var unreachedTotal: UInt64 = 0
  private(set) var unreachedLongest: UInt64 = 0
  private(set) var doubleTotal: UInt64 = 0
  private(set) var doubleLongest: UInt64 = 0
  /// Once finished: what was not over then.
  private(set) var unsettled = UnsettledBuckets()
  /// By group: the longest of each.
  private(set) var longest: [LongestTimes]
  /// By node: bucket-nanoseconds owned in this phase.
  private var shares: [UInt64]
  private var sharesFrom = Instant.zero

  /// By group; empty unless kept.
  private(set) var timelines: [OwnershipTimeline] = []

  init(bucketCounts: [Int], nodeCount: Int, keepsTimelines: Bool) {
    var offsets = [0]
    for count in bucketCounts { offsets.append(offsets[offsets.count - 1] + count) }
    self.offsets = offsets
    let total = offsets[offsets.count - 1]
    owners = [UInt64](repeating: 0, count: total)
    since = [Instant](repeating: .zero, count: total)
    isUnreached = [Bool](repeating: false, count: total)
    kindSince = since
    lastOwner = [UInt8](repeating: 255, count: total)
    irregular = total
    longest = [LongestTimes](repeating: LongestTimes(), count: bucketCounts.count)
    shares = [UInt64](repeating: 0, count: nodeCount)
    if keepsTimelines {
      for (g, count) in bucketCounts.enumerated() {
        timelines.append(OwnershipTimeline(group: GroupID(g), bucketCount: count))
      }
    }
  }

  /// How a bucket's owners changed. It is *whole* while it has exactly one.
  struct Change: Sendable {
    var wasWhole = true
    var isWhole = true
    /// Whether it has one owner now, and another one than when it had one last.
    var isMoved = false
  }

  /// The owners of a bucket have changed, or not.
  /// - Parameter isUnreached: whether it has none but one that is not reached.
  @discardableResult
  mutating func set(
    _ group: GroupID, _ bucket: Bucket, owners new: UInt64, isUnreached unreached: Bool = false,
    at now: Instant
  ) -> Change {
    let i = offsets[group.index] + bucket.index
    if owners[i] == new && isUnreached[i] == unreached { return Change() }
    if min(owners[i].nonzeroBitCount, 2) != min(new.nonzeroBitCount, 2) || isUnreached[i] != unreached {
      account(i, until: now)
      kindSince[i] = now
      isUnreached[i] = unreached
    }
    if !timelines.isEmpty {
      timelines[group.index].changes.append(
        OwnershipChange(
          at: now, bucket: bucket, owners: NodeSet(bits: new), isUnreached: new == 0 && unreached))
    }
    if owners[i] == new { return Change() }
    accountShare(i, until: now)
    let wasWhole = owners[i].nonzeroBitCount == 1
    let isWhole = new.nonzeroBitCount == 1
    if wasWhole != isWhole { irregular += isWhole ? -1 : 1 }
    owners[i] = new
    since[i] = now
    let ownerBefore = lastOwner[i]
    if isWhole { lastOwner[i] = UInt8(new.trailingZeroBitCount) }
    return Change(
      wasWhole: wasWhole, isWhole: isWhole, isMoved: ownerBefore != 255 && ownerBefore != lastOwner[i])
  }

  /// After all changes of an instant's event: whether the farm has formed with it.
  mutating func settle(at now: Instant) {
    if irregular == 0 && formedAt == nil { formedAt = now }
  }

  /// Adds the hole, double or unreached time that ends now.
  private mutating func account(_ i: Int, until now: Instant) {
    let length = now.nanoseconds - kindSince[i].nanoseconds
    let group = group(of: i)
    switch owners[i].nonzeroBitCount {
    case 0 where isUnreached[i]:
      if formedAt != nil {
        longest[group].unreached = max(longest[group].unreached, length)
        unreachedTotal += length
        unreachedLongest = max(unreachedLongest, length)
      }
    case 0:
      if formedAt != nil {
        longest[group].hole = max(longest[group].hole, length)
        holeTotal += length
        holeLongest = max(holeLongest, length)
      }
    case 1: break
    default:
      longest[group].double = max(longest[group].double, length)
      doubleTotal += length
      doubleLongest = max(doubleLongest, length)
    }
  }

  /// The group of a bucket by its place among all.
  private func group(of i: Int) -> Int {
    var group = 0
    while i >= offsets[group + 1] { group += 1 }
    return group
  }

  private mutating func accountShare(_ i: Int, until now: Instant) {
    if owners[i] == 0 {
      // Whether it was a hole or unreached, or one after the other: for clients it is the same.
      if formedAt == nil { return }
      let group = group(of: i)
      longest[group].unserved = max(longest[group].unserved, now.nanoseconds - since[i].nanoseconds)
      return
    }
    let counted = now.nanoseconds - max(since[i], sharesFrom).nanoseconds
    for node in NodeSet(bits: owners[i]) { shares[node.index] += counted }
  }

  /// Ends a phase: the shares gathered in it, by node; the next begins.
  mutating func takeShares(at now: Instant) -> [UInt64] {
    for i in owners.indices { accountShare(i, until: now) }
    defer {
      sharesFrom = now
      for n in shares.indices { shares[n] = 0 }
    }
    return shares
  }

  /// Adds the holes and doubles that still last at the end of the run. - Precondition: called once, last.
  mutating func finish(at now: Instant) {
    for i in owners.indices {
      account(i, until: now)
      accountShare(i, until: now)
      (since[i], kindSince[i]) = (now, now)
      switch owners[i].nonzeroBitCount {
      case 0 where formedAt == nil: break
      case 0 where isUnreached[i]: unsettled.unreached += 1
      case 0: unsettled.holes += 1
      case 1: break
      default: unsettled.doubles += 1
      }
    }
  }

  /// By node: how many buckets of a group it owns alone.
  func counts(of group: GroupID) -> [Int] {
    var counts = [Int](repeating: 0, count: shares.count)
    for i in offsets[group.index]..<offsets[group.index + 1] where owners[i].nonzeroBitCount == 1 {
      counts[owners[i].trailingZeroBitCount] += 1
    }
    return counts
  }
}
