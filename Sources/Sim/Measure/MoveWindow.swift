import Engine

/// The buckets that move between one disturbance and the next, and the disturbance that each move is charged to.
///
/// A bucket has moved if its last only owner at the end of that time is another than at its beginning. The move is
/// charged to the return of the node that the bucket came to, if that is under way; else to the disturbance because of
/// which the bucket was not whole when the time began; else to the one that began with it.
struct MoveWindow: Sendable {
  private var ownersBefore: [UInt8] = []
  private var servingBefore: [NodeSet] = []
  /// By node: the place of an earlier disturbance that is its return into service and may still bring buckets.
  private var returning: [UInt8: Int] = [:]
  /// The places of disturbances that were not over when the time began, with their buckets that were not whole.
  private var late: [(place: Int, buckets: BucketMarks)] = []

  /// A fault begins or ends.
  /// - Parameters:
  ///   - current: places in `all` of disturbances that may still act, without the one that begins now.
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

  /// The place in `all` of the disturbance that a bucket's move to a node is charged to.
  func cause(of bucket: Int, to owner: UInt8, in all: [Disturbance]) -> Int {
    let last = all.count - 1
    if owner < 64, all[last].causes.contains(where: { $0.healthy == NodeID(Int(owner)) }) { return last }
    if let back = returning[owner] { return back }
    if all[last].hasBrought(owner) { return last }
    return late.last { $0.buckets.contains(bucket) }?.place ?? last
  }

  /// Counts the moves since the last of `all` began: the next fault begins or ends, or the run ends.
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
      // Buckets that no node is left to take have not moved yet, so the minimum may exceed the moves.
      let needed = min(minimum, count)
      all[place].bucketsMovedMinimum += needed
      minimum -= needed
    }
  }
}
