extension TargetTable {
  /// Policies with a list for each bucket: the target is the first usable node that does not skip the bucket. If all of
  /// them skip it, the first usable one gets it.
  func lookUp(_ lists: PreferenceLists, _ usable: NodeSet, _ weights: [UInt16], _ targets: inout [UInt8]) {
    var skipping = NodeSet.empty
    for node in usable where weight(of: node, weights) < Int(group.weight(of: node)) { skipping.insert(node) }
    for b in 0..<group.bucketCount {
      var chosen = TargetTable.none
      var substitute = TargetTable.none
      for j in 0..<lists.depth {
        let id = lists.entries[b * lists.depth + j]
        if usable.bits >> UInt64(id) & 1 == 0 { continue }
        if skipping.bits >> UInt64(id) & 1 == 0 || !skips(NodeID(Int(id)), b, isHead: j == 0, lists, weights)
        {
          chosen = id
          break
        }
        if substitute == TargetTable.none { substitute = id }
      }
      targets.append(chosen == TargetTable.none ? substitute : chosen)
    }
  }

  /// Whether a node of reduced weight skips a bucket. Lowering the weight further only adds to what it skips.
  private func skips(
    _ node: NodeID, _ b: Int, isHead: Bool, _ lists: PreferenceLists, _ weights: [UInt16]
  ) -> Bool {
    let (runtime, configured) = (weight(of: node, weights), Int(group.weight(of: node)))
    if isHead { return Int(lists.ranks[b]) * configured >= runtime * lists.heads[node.index] }
    let draw = TableHash.mix(~group.hashSeed, b, node.index) >> 32
    return (draw * UInt64(configured)) >> 32 >= UInt64(runtime)
  }

  /// Policies without memory: the table is computed anew from the nodes that are usable.
  func compute(_ usable: NodeSet, _ weights: [UInt16], _ targets: inout [UInt8]) {
    var ids: [UInt8] = []
    var shares: [Int] = []
    for node in usable {
      ids.append(node.rawValue)
      shares.append(weight(of: node, weights))
    }
    switch group.policy {
    case .contiguous:
      let lengths = Apportionment.shares(of: group.bucketCount, weights: shares)
      for i in ids.indices {
        for _ in 0..<lengths[i] { targets.append(ids[i]) }
      }
    case .scaled:
      for b in 0..<group.bucketCount { targets.append(ids[b * ids.count / group.bucketCount]) }
    case .maglev:
      var walks: [Maglev.Walk] = []
      for id in ids { walks.append(Maglev.walk(of: Int(id), size: group.bucketCount, seed: group.hashSeed)) }
      for i in Maglev.populate(size: group.bucketCount, walks: walks, weights: shares) {
        targets.append(ids[i])
      }
    case .modulo:
      deal(ids, shares, &targets)
    case .preference, .priority, .rendezvous:
      preconditionFailure("a policy with lists")
    }
  }

  /// Deals the buckets out in turn: each goes to the node that is furthest behind its quota so far. With equal
  /// weights that is the bucket modulo the number of nodes.
  private func deal(_ ids: [UInt8], _ shares: [Int], _ targets: inout [UInt8]) {
    var sum = 0
    for share in shares { sum += share }
    var lag = [Int](repeating: 0, count: ids.count)
    for _ in 0..<group.bucketCount {
      var next = 0
      for i in ids.indices {
        lag[i] += shares[i]
        if lag[i] > lag[next] { next = i }
      }
      lag[next] -= sum
      targets.append(ids[next])
    }
  }
}
