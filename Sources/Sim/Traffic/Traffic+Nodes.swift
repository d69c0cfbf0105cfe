import Engine

/// What happens to nodes, as far as it matters to clients' flows, and what nodes ask about their clients.
extension Traffic {
  /// The kernels of nodes forget their flows because of a fault: flows that break then are lost with their node.
  public mutating func nodesFailed(_ nodes: NodeSet, at time: Instant) {
    for node in nodes { forget(node, hasFailed: true, at: time.nanoseconds) }
  }

  /// The kernels of nodes forget their flows while no fault keeps the nodes from serving, for example at the end of a
  /// drain.
  public mutating func forgetFlows(of nodes: NodeSet, at time: Instant) {
    for node in nodes { forget(node, hasFailed: false, at: time.nanoseconds) }
  }

  private mutating func forget(_ node: NodeID, hasFailed: Bool, at time: UInt64) {
    tracking.forget(node, hasFailed: hasFailed)
    losses.forgot(node, at: time)
    // The connections of an application that had ended are forgotten too: their segments are dropped, not reset.
    applications.ended[node.index] = nil
  }

  /// A fault hides nodes from their clients while the kernels still track flows: flows that break until ``patience``
  /// after its end are lost with their node.
  public mutating func nodesHidden(_ nodes: NodeSet, until end: Instant) {
    let last = end == .never ? UInt64.max : (end + Traffic.patience).nanoseconds
    for node in nodes { hiddenUntil[node.index] = max(hiddenUntil[node.index], last) }
  }

  /// The networks hide nodes from their clients until ``nodeShown(_:at:)``.
  mutating func nodesHidden(_ nodes: NodeSet, at time: Instant) {
    nodesHidden(nodes, until: .never)
    losses.hidden(nodes, at: time)
  }

  /// An edge of the fault plan takes nodes out of service, or hides them from their clients.
  mutating func nodesStruck(_ nodes: NodeSet, by edge: Int, hides: Bool) {
    losses.struck(nodes, by: edge, hides: hides)
  }

  /// The fault that struck nodes is over.
  /// - Parameter edge: the one at which it struck; `nil` for any.
  mutating func nodesMended(_ nodes: NodeSet, of edge: Int?, at time: Instant) {
    losses.mended(nodes, of: edge, at: time)
  }

  /// A member has removed a node, rightly or not: it takes over from it and resets its flows.
  mutating func nodeMissed(_ node: NodeID) { missedUntil[node.index] = .max }

  /// No member misses a node any more. Flows that are reset within ``patience`` from now are still charged to that.
  mutating func nodeFound(_ node: NodeID, at time: Instant) {
    missedUntil[node.index] = min(missedUntil[node.index], (time + Traffic.patience).nanoseconds)
  }

  /// Whether the node that tracks a flow is not hidden from its clients and no member misses it.
  func isOfALiveNode(_ flow: FlowRecord, at time: UInt64) -> Bool {
    time > hiddenUntil[Int(flow.node)] && time > missedUntil[Int(flow.node)]
  }

  /// Whether the loss of a flow is not its own node's.
  func isLostOutside(_ flow: FlowRecord, at time: UInt64) -> Bool {
    if tracking.holds(flow) { return time > hiddenUntil[Int(flow.node)] }
    return !tracking.lostByFailure(flow)
  }

  /// Counts the TCP flows that a node's kernel tracks for a group, inside and outside the buckets that its filter owns.
  /// - Parameter flows: of the group; replaced.
  /// - Complexity: O(buckets); nothing is allocated.
  public func trackedFlows(
    of node: NodeID, group: GroupID, coverage: borrowing Coverage, into flows: inout TrackedFlows
  ) {
    tracking.count(node, group: group.index, owned: coverage.owned[group.index], into: &flows)
  }

  /// The number of flows that a node's kernel tracks.
  func trackedFlows(of node: NodeID) -> Int { tracking.count(node) }

  /// Whether any client's packets belong to a group.
  func hasClients(of group: GroupID) -> Bool { streams.contains { $0.match?.group == group } }

  /// Begins to wait for the first packet of some buckets that is accepted at `from` or later.
  /// - Returns: the number to ask ``firstAcceptance(of:)`` with.
  public mutating func watch(group: GroupID, buckets: BucketSet, from: Instant) -> Int {
    watches.append(AcceptanceWatch(group: group.index, buckets: buckets, from: from.nanoseconds))
    if !buckets.isEmpty { openWatches += 1 }
    return watches.count - 1
  }

  /// When the first SYN or datagram of a watch's buckets was accepted; `nil` if none was so far.
  public func firstAcceptance(of watch: Int) -> Instant? {
    watches[watch].seen.map { Instant(nanoseconds: $0) }
  }

  mutating func meetWatches(_ flow: FlowRecord, at time: UInt64) {
    let s = Int(flow.stream)
    for w in watches.indices
    where watches[w].seen == nil && time >= watches[w].from
      && streams[s].isOf(flow, space: watches[w].group, watches[w].buckets)
    {
      watches[w].seen = time
      openWatches -= 1
    }
  }
}
