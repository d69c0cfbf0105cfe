import Engine

@testable import Lab

/// How long buckets had two owners or none, by what the kernels' filters held.
struct ProofOwnership {
  /// The longest uninterrupted time in which some bucket had two owners.
  private(set) var longestDouble = Duration.zero
  /// The longest uninterrupted time in which some bucket had none.
  private(set) var longestHole = Duration.zero
  /// How long buckets had no owner, added up over all buckets, in seconds.
  private(set) var holeSeconds = 0.0
  /// The longest double in words: its length, when it began, and how many buckets each node under a lease accepted
  /// then.
  private(set) var double = ""
  /// Whether every filter held exactly the same buckets all the time, under its lease.
  private(set) var isUnchanged = true

  init(_ history: FilterHistory, from start: Instant, until end: Instant, _ farm: LabFarm) {
    let settings = farm.plan.scenario.farm.settings
    let sets = settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
    let empty = FilterState(hasLease: false, owned: sets, resets: sets)
    var states = history.states(at: start, nodeCount: settings.nodeCount, empty: empty)
    let first = states.map(\.owned)
    var holders: [[Int]] = []
    var (doubleSince, holeSince): (Instant?, Instant?) = (nil, nil)
    var (holes, lastLook) = (0, start)
    func judge(at now: Instant, isLast: Bool) {
      var (isDouble, isHole) = (false, false)
      holeSeconds += Double(holes) * Double((now - lastLook).nanoseconds) * 1e-9
      (holes, lastLook) = (0, now)
      for g in sets.indices {
        var union = sets[g]
        var count = 0
        for state in states where state.hasLease {
          union.formUnion(state.owned[g])
          count += state.owned[g].count
        }
        isDouble = isDouble || count > union.count
        isHole = isHole || union.count < union.capacity
        holes += union.capacity - union.count
      }
      let known = longestDouble
      let since = doubleSince
      doubleSince = note(isDouble, since: doubleSince, at: now, isLast, &longestDouble)
      if let since, longestDouble > known {
        double = "\(longestDouble.nanoseconds) ns from \((since - start).nanoseconds) ns, \(holders)"
      }
      if isDouble, since == nil { holders = states.map { $0.hasLease ? $0.owned.map(\.count) : [] } }
      holeSince = note(isHole, since: holeSince, at: now, isLast, &longestHole)
    }
    judge(at: start, isLast: false)
    for moment in history.moments where moment.at > start && moment.at <= end {
      states[moment.node.index] = moment.state
      judge(at: moment.at, isLast: false)
      let isSame = moment.state.hasLease && moment.state.owned == first[moment.node.index]
      isUnchanged = isUnchanged && isSame
    }
    judge(at: end, isLast: true)
  }

  /// - Returns: since when it has been so; `nil` if it is not so.
  private func note(
    _ isSo: Bool, since: Instant?, at now: Instant, _ isLast: Bool, _ longest: inout Duration
  ) -> Instant? {
    if let since, !isSo || isLast { longest = max(longest, now - since) }
    return isSo ? since ?? now : nil
  }
}
