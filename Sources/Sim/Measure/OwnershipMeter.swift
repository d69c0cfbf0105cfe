import Engine

/// The owners of each bucket over time, integrated exactly from the changes of the filters.
///
/// An owner is a node that would accept a new flow of the bucket from a client that reaches it and hears its answer. A
/// bucket without an owner is a *hole* if no open filter has it, and *unreached* if one has it but the network does not
/// bring clients there or answers back. A bucket whose owner's application does not serve is *unserved*: it has an
/// owner, but its clients get no service. Times with two or more owners always count. The others count once the farm
/// has *formed*: from the first instant at which every bucket has exactly one owner.
///
/// A bucket is *whole* while it has exactly one owner, and the owner's application serves.
///
/// A ``glimpse`` of an owner does not end the time without *service*: a node that wakes late keeps its filter open for
/// some 100 us until it finds its lease over, and a client meets that only by chance. A *hole* has its exact length.
///
/// Groups are spaces here (``BucketSpaces``). A space of which no kernel in service has the rules does not count,
/// though its owners are tracked.
struct OwnershipMeter: Sendable {
  /// Service for less than this, between two times without service, does not count as service.
  static let glimpse = Duration.milliseconds(1)

  /// By bucket of all groups, one after the other: the owners now, and since when.
  private(set) var owners: [UInt64]
  private var since: [Instant]
  /// By bucket: whether it has no owner only because clients do not reach the node that has it.
  private var isUnreached: [Bool]
  /// By bucket: whether it has exactly one owner, whose application does not serve.
  private var isUnserved: [Bool]
  /// By bucket: since when it has been a hole, unreached, owned by one, or double.
  private var kindSince: [Instant]
  private var gaps: ServiceGaps
  /// By bucket: the node that was its only owner last, 255 before the first.
  private(set) var lastOwner: [UInt8]
  /// Where each group's buckets begin; one entry more than groups.
  let offsets: [Int]
  /// By group: whether it counts.
  private var counted: [Bool]
  /// By bucket: how long some of its clients had had no owner when the bucket began to count. Empty until groups
  /// change.
  private var carried: [UInt64] = []
  /// Buckets that count and have no owner, or two or more.
  private(set) var irregular: Int
  /// The most buckets that count and had two or more owners at the end of an event.
  private(set) var mostDoubles = 0
  private(set) var formedAt: Instant?

  /// Buckets that count, those of them without an owner, and those that are unserved.
  private var total: Int
  private var empty: Int
  private var unserved = 0
  /// When all that count are empty or unserved, once the farm has formed.
  private(set) var blackout = Blackout()

  /// Totals are in bucket-nanoseconds, and the longest of one bucket in nanoseconds.
  private(set) var holeTotal: UInt64 = 0
  private(set) var holeLongest: UInt64 = 0
  /// When the longest hole began; `nil` if there was none.
  private(set) var holeFrom: Instant?
  private(set) var unreachedTotal: UInt64 = 0
  private(set) var unreachedLongest: UInt64 = 0
  private(set) var doubleTotal: UInt64 = 0
  private(set) var doubleLongest: UInt64 = 0
  /// When the longest double began; `nil` if there was none.
  private(set) var doubleFrom: Instant?
  /// Once finished: the buckets that were not whole then, of all groups and by group.
  private(set) var unsettled = UnsettledBuckets()
  private(set) var unsettledByGroup: [UnsettledBuckets] = []
  /// By group.
  private(set) var longest: [LongestTimes]
  /// By group, by node: bucket-nanoseconds owned in this phase.
  private var shares: [[UInt64]]
  let nodeCount: Int
  private var sharesFrom = Instant.zero

  /// By bucket: the nodes that have it though clients do not reach them. Empty until there is such a node.
  private var beyond: [NodeSet] = []
  /// By group; empty unless kept.
  private(set) var timelines: [OwnershipTimeline] = []

  /// - Parameter counted: by group, whether it counts; if empty, all do.
  init(bucketCounts: [Int], nodeCount: Int, keepsTimelines: Bool, counted: [Bool] = []) {
    let counted = counted.isEmpty ? bucketCounts.map { _ in true } : counted
    self.counted = counted
    var offsets = [0]
    for count in bucketCounts { offsets.append(offsets[offsets.count - 1] + count) }
    self.offsets = offsets
    let all = offsets[offsets.count - 1]
    owners = [UInt64](repeating: 0, count: all)
    since = [Instant](repeating: .zero, count: all)
    isUnreached = [Bool](repeating: false, count: all)
    isUnserved = isUnreached
    kindSince = since
    gaps = ServiceGaps(count: all)
    lastOwner = [UInt8](repeating: 255, count: all)
    irregular = zip(bucketCounts, counted).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    (total, empty) = (irregular, irregular)
    longest = [LongestTimes](repeating: LongestTimes(), count: bucketCounts.count)
    self.nodeCount = nodeCount
    shares = bucketCounts.map { _ in [UInt64](repeating: 0, count: nodeCount) }
    if keepsTimelines {
      for (g, count) in bucketCounts.enumerated() {
        timelines.append(OwnershipTimeline(group: GroupID(g), bucketCount: count, startsInUse: counted[g]))
      }
    }
  }

  /// By group: its number of buckets, or 0 if it does not count.
  var bucketCounts: [Double] {
    counted.indices.map { counted[$0] ? Double(offsets[$0 + 1] - offsets[$0]) : 0 }
  }

  /// How a bucket has changed.
  struct Change: Sendable {
    var wasWhole = true
    var isWhole = true
    /// Whether it has one owner now, and that is another than when it had one last.
    var isMoved = false
  }

  /// Sets the owners of a bucket.
  /// - Parameters:
  ///   - isUnreached: whether it has no owner only because clients do not reach the node that has it.
  ///   - silent: nodes whose applications do not serve.
  @discardableResult
  mutating func set(
    _ group: GroupID, _ bucket: Bucket, owners new: UInt64, isUnreached unreached: Bool = false,
    silent: UInt64 = 0, at now: Instant
  ) -> Change {
    let i = offsets[group.index] + bucket.index
    let unserved = new.nonzeroBitCount == 1 && new & silent != 0
    if owners[i] == new && isUnreached[i] == unreached && isUnserved[i] == unserved { return Change() }
    let isCounted = counted[group.index]
    if min(owners[i].nonzeroBitCount, 2) != min(new.nonzeroBitCount, 2) || isUnreached[i] != unreached {
      account(i, until: now)
      kindSince[i] = now
      isUnreached[i] = unreached
    }
    if !timelines.isEmpty, isCounted {
      timelines[group.index].changes.append(
        OwnershipChange(
          at: now, bucket: bucket, owners: NodeSet(bits: new), isUnreached: new == 0 && unreached,
          isUnserved: unserved))
    }
    let wasWhole = isWhole(i)
    if isCounted, isUnserved[i] != unserved { self.unserved += unserved ? 1 : -1 }
    isUnserved[i] = unserved
    if new == 0 || unserved {
      gaps.begin(i, at: now)
    } else if gaps.start(i) != .never {
      accountGap(i, until: now)
      gaps.end(i, at: now)
    }
    let ownerBefore = lastOwner[i]
    if owners[i] != new { replaceOwners(of: i, by: new, isCounted: isCounted, at: now) }
    if !isCounted { return Change() }
    return Change(
      wasWhole: wasWhole, isWhole: isWhole(i), isMoved: ownerBefore != 255 && ownerBefore != lastOwner[i])
  }

  private mutating func replaceOwners(of i: Int, by new: UInt64, isCounted: Bool, at now: Instant) {
    accountShare(i, until: now)
    let isOne = new.nonzeroBitCount == 1
    if (owners[i].nonzeroBitCount == 1) != isOne, isCounted { irregular += isOne ? -1 : 1 }
    if isCounted, (owners[i] == 0) != (new == 0) { empty += new == 0 ? 1 : -1 }
    if !carried.isEmpty { carried[i] = 0 }
    owners[i] = new
    since[i] = now
    if isOne { lastOwner[i] = UInt8(new.trailingZeroBitCount) }
  }

  /// Whether a bucket has exactly one owner, and the owner's application serves.
  func isWhole(_ i: Int) -> Bool { owners[i].nonzeroBitCount == 1 && !isUnserved[i] }

  /// Whether every bucket that counts is whole.
  var isWhole: Bool { irregular == 0 && unserved == 0 }

  /// Buckets that count and whose owner's application does not serve.
  var unservedBuckets: [Int] {
    unserved == 0 ? [] : owners.indices.filter { isUnserved[$0] && counted[group(of: $0)] }
  }

  /// Sets the nodes whose open filters have a bucket though clients do not reach them, if the run keeps details.
  mutating func setUnreached(_ group: GroupID, _ bucket: Bucket, _ nodes: NodeSet, at now: Instant) {
    if timelines.isEmpty { return }
    let i = offsets[group.index] + bucket.index
    if beyond.isEmpty { beyond = [NodeSet](repeating: .empty, count: owners.count) }
    if beyond[i] == nodes { return }
    beyond[i] = nodes
    timelines[group.index].unreached.append(UnreachedChange(at: now, bucket: bucket, nodes: nodes))
  }

  /// Called after all changes of an event: notes whether the farm has formed, doubles and blackouts.
  mutating func settle(at now: Instant) {
    if irregular == 0 && formedAt == nil { formedAt = now }
    mostDoubles = max(mostDoubles, irregular - empty)
    blackout.set(empty + unserved == total && formedAt != nil, at: now)
  }

  /// Other groups count from now on: some go, some come.
  ///
  /// A bucket that comes keeps its owners. If it has none, its clients may have been without one for as long as any
  /// client of the former group's buckets was.
  /// - Parameters:
  ///   - next: by group, whether it counts.
  ///   - places: of each group among those of a configuration.
  /// - Returns: the buckets that come and are not whole, and those that go and are not whole.
  mutating func count(_ next: [Bool], places: [Int], at now: Instant) -> (come: [Int], gone: [Int]) {
    var (come, gone): ([Int], [Int]) = ([], [])
    var emptySince = [Int: Instant]()
    for g in counted.indices where counted[g] && !next[g] {
      for i in offsets[g]..<offsets[g + 1] {
        if owners[i] == 0 { emptySince[places[g]] = min(emptySince[places[g]] ?? now, since[i]) }
        accountAll(i, until: now)
        if !isWhole(i) { gone.append(i) }
        tally(i, by: -1)
        note(g, i, .empty, isInUse: false, at: now)
      }
      counted[g] = false
    }
    if carried.isEmpty { carried = [UInt64](repeating: 0, count: owners.count) }
    for g in counted.indices where !counted[g] && next[g] {
      counted[g] = true
      for i in offsets[g]..<offsets[g + 1] {
        restart(i, at: now)
        tally(i, by: 1)
        if owners[i] == 0, let start = emptySince[places[g]] {
          carried[i] = now.nanoseconds - start.nanoseconds
          gaps.setStart(i, to: start)
        }
        if !isWhole(i) { come.append(i) }
        note(g, i, NodeSet(bits: owners[i]), isInUse: true, at: now)
      }
    }
    return (come, gone)
  }

  /// A bucket begins or ceases to count.
  private mutating func tally(_ i: Int, by sign: Int) {
    total += sign
    if owners[i] == 0 { empty += sign }
    if isUnserved[i] { unserved += sign }
    if owners[i].nonzeroBitCount != 1 { irregular += sign }
  }

  /// The present state of a bucket counts from now on.
  private mutating func restart(_ i: Int, at now: Instant) {
    (since[i], kindSince[i]) = (now, now)
    gaps.restart(i, at: now)
  }

  /// Adds the present state of a bucket up to now.
  private mutating func accountAll(_ i: Int, until now: Instant) {
    account(i, until: now)
    accountShare(i, until: now)
    accountGap(i, until: now)
    restart(i, at: now)
  }

  private mutating func note(_ g: Int, _ i: Int, _ owners: NodeSet, isInUse: Bool, at now: Instant) {
    if timelines.isEmpty { return }
    timelines[g].changes.append(
      OwnershipChange(
        at: now, bucket: Bucket(i - offsets[g]), owners: owners,
        isUnreached: isInUse && owners.isEmpty && isUnreached[i], isUnserved: isInUse && isUnserved[i],
        isInUse: isInUse))
  }

  /// Adds the hole, double or unreached time that ends now.
  private mutating func account(_ i: Int, until now: Instant) {
    let group = group(of: i)
    if !counted[group] { return }
    let length = now.nanoseconds - kindSince[i].nanoseconds
    let whole = length + (carried.isEmpty ? 0 : carried[i])
    switch owners[i].nonzeroBitCount {
    case 0 where isUnreached[i]:
      if formedAt != nil {
        longest[group].unreached = max(longest[group].unreached, length)
        unreachedTotal += length
        unreachedLongest = max(unreachedLongest, length)
      }
    case 0:
      if formedAt != nil {
        longest[group].hole = max(longest[group].hole, whole)
        holeTotal += length
        if whole > holeLongest {
          (holeLongest, holeFrom) = (whole, Instant(nanoseconds: now.nanoseconds - whole))
        }
      }
    case 1: break
    default:
      longest[group].double = max(longest[group].double, length)
      doubleTotal += length
      if length > doubleLongest { (doubleLongest, doubleFrom) = (length, kindSince[i]) }
    }
  }

  /// The group of a bucket by its place among all.
  private func group(of i: Int) -> Int {
    var group = 0
    while i >= offsets[group + 1] { group += 1 }
    return group
  }

  private mutating func accountShare(_ i: Int, until now: Instant) {
    let group = group(of: i)
    if !counted[group] || owners[i] == 0 { return }
    let counted = now.nanoseconds - max(since[i], sharesFrom).nanoseconds
    for node in NodeSet(bits: owners[i]) { shares[group][node.index] += counted }
  }

  /// Adds the time that ends now in which no client of a bucket was served, be it as a hole, unreached, unserved or one
  /// after the other.
  private mutating func accountGap(_ i: Int, until now: Instant) {
    let group = group(of: i)
    let start = gaps.start(i)
    guard counted[group], let formedAt, start < now else { return }
    let length = now.nanoseconds - max(start, formedAt).nanoseconds
    longest[group].unserved = max(longest[group].unserved, length)
  }

  /// Ends a phase and begins the next. - Returns: the bucket-nanoseconds owned in it, by group, by node.
  mutating func takeShares(at now: Instant) -> [[UInt64]] {
    for i in owners.indices { accountShare(i, until: now) }
    defer {
      sharesFrom = now
      for g in shares.indices {
        for n in shares[g].indices { shares[g][n] = 0 }
      }
    }
    return shares
  }

  /// Adds the holes and doubles that still last at the end of the run. - Precondition: called once, last.
  mutating func finish(at now: Instant) {
    blackout.finish(at: now)
    unsettledByGroup = counted.map { _ in UnsettledBuckets() }
    for i in owners.indices {
      accountAll(i, until: now)
      let group = group(of: i)
      if !counted[group] { continue }
      switch owners[i].nonzeroBitCount {
      case 0 where formedAt == nil: break
      case 0 where isUnreached[i]: unsettledByGroup[group].unreached += 1
      case 0: unsettledByGroup[group].holes += 1
      case 1 where isUnserved[i] && formedAt != nil: unsettledByGroup[group].unserved += 1
      case 1: break
      default: unsettledByGroup[group].doubles += 1
      }
    }
    unsettled = unsettledByGroup.reduce(UnsettledBuckets(), +)
  }

  /// The nodes of a set that own a bucket now.
  func owning(of nodes: NodeSet) -> NodeSet {
    nodes.isEmpty ? nodes : nodes.intersection(NodeSet(bits: owners.reduce(0, |)))
  }

  /// The nodes that own some bucket alone now.
  var owningAlone: NodeSet {
    NodeSet(bits: owners.reduce(0) { $1.nonzeroBitCount == 1 ? $0 | $1 : $0 })
  }

  /// By node: how many buckets of a group it owns alone.
  func counts(of group: GroupID) -> [Int] {
    var counts = [Int](repeating: 0, count: nodeCount)
    if !counted[group.index] { return counts }
    for i in offsets[group.index]..<offsets[group.index + 1] where owners[i].nonzeroBitCount == 1 {
      counts[owners[i].trailingZeroBitCount] += 1
    }
    return counts
  }
}
