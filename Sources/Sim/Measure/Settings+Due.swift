import Engine

/// What evenness is measured against: the loads that the configured weights give to nodes.
///
/// A node of weight 0 is not configured to serve and is left out; one that is down is not.
extension Settings {
  /// By node: the share of the farm's load, averaged over the groups; 1 for all nodes alike where no weight is above 0.
  var meanShares: [Double] {
    var shares = [Double](repeating: 0, count: nodeCount)
    for group in groups { add(1, by: group, to: &shares) }
    return shares.contains { $0 > 0 } ? shares : shares.map { _ in 1 }
  }

  /// By node: the number of buckets, of all groups together; 1 for all nodes alike where no weight is above 0.
  var bucketsDue: [Double] {
    var buckets = [Double](repeating: 0, count: nodeCount)
    for group in ownershipGroups { add(Double(group.bucketCount), by: group, to: &buckets) }
    return buckets.contains { $0 > 0 } ? buckets : buckets.map { _ in 1 }
  }

  private func add(_ load: Double, by group: GroupSettings, to loads: inout [Double]) {
    let weights = (0..<nodeCount).map { Double(group.weight(of: NodeID($0))) }
    let sum = weights.reduce(0, +)
    if sum == 0 { return }
    for n in loads.indices { loads[n] += load * weights[n] / sum }
  }
}
