import Engine

/// Which kernels accept what.
extension TestFarm {
  /// The machines whose kernel would accept a new flow at a position of the hash space now.
  ///
  /// A position is a bucket when all configurations have the same number of buckets: flow hashes are spread over
  /// the buckets by a multiply-high, so that `position * buckets / positions` is the bucket in any other.
  private func accepting(_ position: Int, of positions: Int, group: Int) -> NodeSet {
    var set = NodeSet()
    for i in machines.indices where group < machines[i].kernel.filters.count {
      guard machines[i].isAccepting(at: now) || machines[i].puppet != nil else { continue }
      let filter = machines[i].kernel.filters[group]
      if filter.contains(Bucket(position * filter.capacity / positions)) { set.insert(NodeID(i)) }
    }
    return set
  }

  private func positions(group: Int = 0) -> Int {
    var common = 1
    for i in machines.indices where group < machines[i].kernel.filters.count {
      let capacity = machines[i].kernel.filters[group].capacity
      if common % capacity == 0 { continue }
      if capacity % common == 0 { common = capacity } else { common *= capacity }
    }
    return common
  }

  func holes(group: Int = 0) -> Int {
    let all = positions(group: group)
    return (0..<all).count { accepting($0, of: all, group: group).isEmpty }
  }
  func doubles(group: Int = 0) -> Int {
    let all = positions(group: group)
    return (0..<all).count { accepting($0, of: all, group: group).count > 1 }
  }
  var isWhole: Bool { holes() == 0 && doubles() == 0 }

  /// Whether some bucket of the first group has no owner, and whether one has two. It is fast enough to be called after
  /// every event.
  /// - Precondition: all machines have the same buckets.
  var trouble: (hole: Bool, double: Bool) {
    let capacity = machines[0].kernel.filters[0].capacity
    var once = BucketSet(capacity: capacity)
    var isDouble = false
    for i in machines.indices where machines[i].isAccepting(at: now) {
      isDouble = isDouble || !machines[i].kernel.filters[0].isDisjoint(with: once)
      once.formUnion(machines[i].kernel.filters[0])
    }
    return (once.count < capacity, isDouble)
  }
}
