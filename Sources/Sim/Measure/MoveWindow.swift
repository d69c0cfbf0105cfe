import Engine

/// Which buckets move from one fault, or end of one, to the next, and which disturbance each of them moves by.
///
/// A bucket has moved if its last only owner is another at the end of that time than it was at the beginning. It has moved by
/// the return of the node that it came to, where one is on its way; else by the disturbance that it was not whole because of
/// when the time began; else by the one that began with it.
struct MoveWindow: Sendable {
  private var ownersBefore: [UInt8] = []
  private var servingBefore: [NodeSet] = []
  /// By node: the place of the disturbance that is its return into service, where others have come since and it may still
  /// bring buckets.
  private var returning: [UInt8: Int] = [:]
  /// The places of disturbances that were not over when the time began, and their buckets that were not whole.
  private var late: [(place: Int, buckets: BucketMarks)] = []

  /// A fault begins or ends.
  /// - Parameters:
  ///   - current: places in `all` of what may still have to do with what happens, without what begins now.
  ///   - reach: how long after a fault its consequences may begin.
  mutating func begin(
    _ ownership: OwnershipMeter, _ all: [Disturbance], _ current: [Int], reach: Duration, at now: Instant
  ) {
    ownersBefore = ownership.lastOwner
    servingBefore = Shares.serving(ownership)
    returning = [:]
    late.removeAll(keepingCapacity: true)
    for i in current {
      if all[i].mayBring(at: now, reach: reach) {
        for node in all[i].causes.compactMap(\.healthy) { returning[UInt8(node.index)] = i }
      }
      if all[i].isOpen { late.append((i, all[i].openBuckets)) }
    }
  }

  /// The place in `all` of what a bucket moves by that comes to a node.
  func cause(of bucket: Int, to owner: UInt8, in all: [Disturbance]) -> Int {
    let last = all.count - 1
    if owner < 64, all[last].causes.contains(where: { $0.healthy == NodeID(Int(owner)) }) { return last }
    if let back = returning[owner] { return back }
    if all[last].hasBrought(owner) { return last }
    return late.last { $0.buckets.contains(bucket) }?.place ?? last
  }

  /// The next one does, or the run ends: counts what has moved since the last of `all` began.
  func count(in all: inout [Disturbance], _ ownership: OwnershipMeter, _ table: Shares) {
    guard let last = all.indices.last else { return }
    var moved: [Int: Int] = [:]
    for i in ownersBefore.indices where ownersBefore[i] != 255 {
      let owner = ownership.lastOwner[i]
      if owner != ownersBefore[i] {
        moved[cause(of: i, to: owner, in: all), default: 0] += 1
      } else if all[last].wasElsewhere(i) {
        all[last].bucketsThereAndBack += 1
      }
    }
    if moved.isEmpty { return }
    var minimum = table.minimum(
      before: ownersBefore, servingBefore, after: Shares.serving(ownership), offsets: ownership.offsets,
      isWeightChange: all[last].isWeightChange)
    for (place, count) in moved.sorted(by: { $0.key < $1.key }) {
      all[place].bucketsMoved += count
      // Where nobody is left to take a bucket it has not moved yet.
      let needed = min(minimum, count)
      all[place].bucketsMovedMinimum += needed
      minimum -= needed
    }
  }
}
