import Engine

/// What the tests of tables share.
enum Tables {
  /// The targets of a fresh table.
  static func targets(
    _ policy: GroupPolicy, buckets: Int, nodes: Int, seed: UInt32 = 0, configured: [UInt16] = [],
    serving: NodeSet? = nil, weights: [UInt16] = []
  ) -> [UInt8] {
    let group = GroupSettings(bucketCount: buckets, hashSeed: seed, policy: policy, weights: configured)
    return targets(TargetTable(group: group, nodeCount: nodes), serving ?? NodeSet(first: nodes), weights)
  }

  static func targets(_ table: TargetTable, _ serving: NodeSet, _ weights: [UInt16] = []) -> [UInt8] {
    var targets: [UInt8] = []
    table.targets(serving: serving, weights: weights, into: &targets)
    return targets
  }

  /// How many buckets each node has, by node id.
  static func loads(_ targets: [UInt8], nodes: Int) -> [Int] {
    var loads = [Int](repeating: 0, count: nodes)
    for target in targets where target != TargetTable.none { loads[Int(target)] += 1 }
    return loads
  }

  /// All sets of `size` of the first `count` nodes, in one fixed order.
  static func subsets(of count: Int, size: Int) -> [NodeSet] {
    var subsets: [NodeSet] = []
    func extend(_ set: NodeSet, from first: Int, _ left: Int) {
      if left == 0 { return subsets.append(set) }
      for n in first..<count where count - n >= left {
        var larger = set
        larger.insert(NodeID(n))
        extend(larger, from: n + 1, left - 1)
      }
    }
    extend(.empty, from: 0, size)
    return subsets
  }
}
