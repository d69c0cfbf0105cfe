import Engine

/// The connections of a host, as its backend reports them.
struct NLBFlows: Sendable {
  /// By rule; the default rule is the last.
  private var tracked: [TrackedFlows]

  /// None yet. - Parameter served: a set of each rule's buckets.
  init(_ served: [BucketSet]) { tracked = served.map { .none(bucketCount: $0.capacity) } }

  /// How many there are.
  var count: Int {
    var sum = 0
    for rule in tracked { sum += rule.inside + rule.outside }
    return sum
  }

  mutating func note(_ flows: TrackedFlows, of group: GroupID) {
    guard group.index < tracked.count else { return }
    if flows.bucketsOutside.capacity == tracked[group.index].bucketsOutside.capacity {
      tracked[group.index] = flows
    }
  }

  /// The buckets of a rule without a connection. Of those that the host serves, only the number of connections in all is
  /// known.
  func idle(_ rule: Int, of bucketCount: Int, held: NLBMap) -> NLBMap {
    var busy = tracked[rule].inside > 0 ? held : .empty
    let outside = tracked[rule].bucketsOutside
    for b in 0..<outside.capacity where outside.contains(Bucket(b)) { busy.bits |= 1 << UInt64(b) }
    return NLBMap(first: bucketCount).subtracting(busy)
  }
}
