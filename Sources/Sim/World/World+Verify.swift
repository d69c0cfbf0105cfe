import Engine

/// The first bucket for which two ways to look at the farm differ.
struct CoverageMismatch: Error, Hashable, CustomStringConvertible {
  var group: GroupID
  var bucket: Bucket
  /// The nodes by the masks, and the nodes whose filters say so when asked one by one.
  var masks: NodeSet
  var filters: NodeSet
  var what: String

  var description: String {
    "\(what) of group \(group.rawValue), bucket \(bucket.rawValue): masks \(masks.bits), filters \(filters.bits)"
  }
}

extension World {
  /// Asks every node's filter about every bucket and compares the answers with the coverage masks and the ownership
  /// measure. For tests: O(nodes * buckets).
  /// - Throws: ``CoverageMismatch`` at the first difference.
  borrowing func verify() throws(CoverageMismatch) {
    let ways = filters.indices.map { way(of: NodeID($0)) }
    let heard = filters.indices.reduce(into: NodeSet.empty) { if ways[$1].isHeard { $0.insert(NodeID($1)) } }
    let groups = filters.map { files.spaces.spaces(of: $0.rules) }
    for s in files.spaces.all.indices {
      for b in 0..<files.spaces.all[s].bucketCount {
        let (group, bucket) = (GroupID(s), Bucket(b))
        var (accepting, resetting) = (NodeSet.empty, NodeSet.empty)
        for n in filters.indices {
          guard let g = groups[n].firstIndex(of: s) else { continue }
          let state = filters[n].state
          let isOpen = machines[n].isPowered && !machines[n].isPaused && state.hasLease
          if isOpen && ways[n].isReached && state.owned[g].contains(bucket) { accepting.insert(NodeID(n)) }
          if state.resets[g].contains(bucket) { resetting.insert(NodeID(n)) }
        }
        func compare(_ masks: UInt64, _ filters: NodeSet, _ what: String) throws(CoverageMismatch) {
          if masks != filters.bits {
            throw CoverageMismatch(
              group: group, bucket: bucket, masks: NodeSet(bits: masks), filters: filters, what: what)
          }
        }
        try compare(meters.coverage.accepting(group, bucket).bits, accepting, "owners")
        try compare(meters.coverage.resets[s][b], resetting, "resetting nodes")
        try compare(
          meters.ownership.owners[meters.ownership.offsets[s] + b] & ~meters.strays.bits,
          accepting.intersection(heard).subtracting(meters.strays),
          "measured owners")
      }
    }
  }

  /// Whether clients' frames reach a node and its answers reach them, looked up fault by fault in the scenario and not
  /// in ``World/active``.
  private borrowing func way(of node: NodeID) -> (isReached: Bool, isHeard: Bool) {
    let begun = scenario.faults.indices.filter { i in
      let fault = scenario.faults[i]
      return .zero + fault.at <= now && !(fault.until.map { .zero + $0 <= now } ?? false)
    }.sorted { (scenario.faults[$0].at, $0) < (scenario.faults[$1].at, $1) }
    var way = (isReached: false, isHeard: false)
    for network in networks where network.model.carriesService {
      let kinds = begun.map { scenario.faults[$0].kind }
      if kinds.contains(where: { $0.hides(node, on: network.id) }) { continue }
      var (uplink, downlink) = (network.model.uplinkLoss, network.model.downlinkLoss)
      var (clientUplink, link) = (uplink, LossModel.none)
      let all = NodeSet(first: filters.count)
      for l in network.model.links {
        if let loss = l.loss, l.from == all, l.to.contains(node) { downlink = loss }
        if let loss = l.loss, l.to == all, l.from.contains(node) { link = loss }
      }
      for case .loss(let on, let up, let down, let at) in kinds where on.contains(network.id) {
        if at.isEmpty { clientUplink = up ?? clientUplink }
        guard at.isEmpty || at.contains(node) else { continue }
        uplink = up ?? uplink
        downlink = down ?? downlink
        if down != nil { link = .none }
      }
      let isReached = !clientUplink.isTotal && !downlink.isTotal
      let isHeard = !uplink.isTotal && !link.isTotal
      if isReached && isHeard { return (true, true) }
      if !way.isReached { way = (isReached, isHeard) }
    }
    return way
  }
}
