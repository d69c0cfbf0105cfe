import Engine

/// The flows that the kernels track, of the first group.
extension TestFarm {
  /// A kernel forgets all of its flows.
  mutating func forgetFlows(_ node: Int) {
    tracked[node] = .none(bucketCount: tracked[node].bucketsOutside.capacity)
    flows[node].removeAll()
  }

  /// Tells a node its flows, as a backend does before each timer.
  mutating func tellFlows(_ node: Int) {
    if isBusy {
      var outside = flows[node]
      outside.subtract(filters[node][0])
      let now = TrackedFlows(
        inside: flows[node].count - outside.count, outside: outside.count, bucketsOutside: outside)
      isUntold[node] = isUntold[node] || now != tracked[node]
      tracked[node] = now
    }
    if !isUntold[node] || !running[node] || stalled[node] { return }
    isUntold[node] = false
    give(node, .flows(GroupID(0), tracked[node]))
  }

  /// On a busy farm every node has a flow at once in each bucket that it accepts.
  mutating func openFlows() {
    if !isBusy { return }
    for i in nodes.indices where running[i] && leases[i] > now { flows[i].formUnion(filters[i][0]) }
  }

  /// The flows of a node end, all or those of some buckets.
  mutating func endFlows(of node: Int, in buckets: BucketSet) { flows[node].subtract(buckets) }

  /// The nodes that still have a flow in a bucket where another node resets unknown segments. Only running nodes under
  /// a lease count, and only members by their own status.
  var nodesRobbed: NodeSet {
    var robbed = NodeSet()
    for i in nodes.indices where running[i] && leases[i] > now {
      for j in nodes.indices where j != i && running[j] && leases[j] > now {
        guard [.up, .draining, .detached].contains(nodes[j].status) else { continue }
        if !flows[j].isDisjoint(with: resets[i][0]) { robbed.insert(NodeID(j)) }
      }
    }
    return robbed
  }

  /// Some flows that a drain has to wait for.
  func flowsForADrain(of node: Int) -> TrackedFlows {
    var others = BucketSet.all(capacity: filters[node][0].capacity)
    others.subtract(filters[node][0])
    return TrackedFlows(inside: 5, outside: 5, bucketsOutside: others)
  }
}
