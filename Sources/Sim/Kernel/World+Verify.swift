import Engine

/// Where two ways to look at the farm differ.
struct CoverageMismatch: Error, Hashable, CustomStringConvertible {
  var group: GroupID
  var bucket: Bucket
  /// Whom the masks name, and whom the filters asked one by one do.
  var masks: NodeSet
  var filters: NodeSet
  var what: String

  var description: String {
    "\(what) of group \(group.rawValue), bucket \(bucket.rawValue): masks \(masks.bits), filters \(filters.bits)"
  }
}

extension World {
  /// Asks every node's filter about every bucket and compares with the coverage masks and the ownership measure.
  /// For tests: O(nodes * buckets).
  /// - Throws: ``CoverageMismatch`` at the first difference.
  borrowing func verify() throws(CoverageMismatch) {
    for g in 0..<groupCount {
      for b in 0..<(meters.ownership.offsets[g + 1] - meters.ownership.offsets[g]) {
        let (group, bucket) = (GroupID(g), Bucket(b))
        var (accepting, resetting) = (NodeSet.empty, NodeSet.empty)
        for n in filters.indices {
          let state = filters[n].state
          let serves = machines[n].isPowered && !machines[n].isPaused && state.hasLease && hears(NodeID(n))
          if serves && state.owned[g].contains(bucket) { accepting.insert(NodeID(n)) }
          if state.resets[g].contains(bucket) { resetting.insert(NodeID(n)) }
        }
        func compare(_ masks: UInt64, _ filters: NodeSet, _ what: String) throws(CoverageMismatch) {
          if masks != filters.bits {
            throw CoverageMismatch(
              group: group, bucket: bucket, masks: NodeSet(bits: masks), filters: filters, what: what)
          }
        }
        try compare(meters.coverage.accepting(group, bucket).bits, accepting, "owners")
        try compare(meters.coverage.resets[g][b], resetting, "resetting nodes")
        try compare(meters.ownership.owners[meters.ownership.offsets[g] + b], accepting, "measured owners")
      }
    }
  }

  /// Whether clients' frames get to a node, looked up fault by fault in the scenario, not in what is active.
  private borrowing func hears(_ node: NodeID) -> Bool {
    for network in networks where network.model.carriesService {
      var isHidden = false
      for fault in scenario.faults where fault.kind.hides(node, on: network.id) {
        let hasBegun = .zero + fault.at <= now
        let isOver = fault.until.map { .zero + $0 <= now } ?? false
        if hasBegun && !isOver { isHidden = true }
      }
      if !isHidden { return true }
    }
    return false
  }
}
