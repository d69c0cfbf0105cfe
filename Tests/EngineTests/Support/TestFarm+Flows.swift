import Engine

/// The flows that the kernels track, of the first group.
extension TestFarm {
  /// Tells a node its flows, as a backend does before each timer.
  mutating func tellFlows(_ node: Int) {
    if isBusy { machines[node].kernel.countFlows() }
    guard machines[node].isAwake, let flows = machines[node].kernel.untoldFlows() else { return }
    give(node, .flows(GroupID(0), flows))
  }

  /// On a busy farm every node has a flow at once in each bucket that it accepts.
  mutating func openFlows() {
    if !isBusy { return }
    for i in machines.indices where machines[i].isServing(at: now) { machines[i].kernel.openFlows() }
  }

  /// The nodes that still have a flow in a bucket where another node resets unknown segments. Only running nodes under
  /// a lease count, and only members by their own status.
  var nodesRobbed: NodeSet {
    var robbed = NodeSet()
    let serving = machines.indices.filter { machines[$0].isServing(at: now) }
    for i in serving {
      for j in serving where j != i {
        guard [.up, .draining, .detached].contains(machines[j].node.status) else { continue }
        if !machines[j].kernel.flows.isDisjoint(with: machines[i].kernel.resets[0]) {
          robbed.insert(NodeID(j))
        }
      }
    }
    return robbed
  }

  /// Some flows that a drain has to wait for.
  func flowsForADrain(of node: Int) -> TrackedFlows {
    let filter = machines[node].kernel.filters[0]
    var others = BucketSet.all(capacity: filter.capacity)
    others.subtract(filter)
    return TrackedFlows(inside: 5, outside: 5, bucketsOutside: others)
  }
}
