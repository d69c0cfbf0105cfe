import Engine

/// Virtual machines that are set back to a snapshot.
extension TestFarm {
  /// A whole machine as it was: its daemon, its kernel, its clock.
  struct Snapshot {
    var at: Instant
    var node: Node
    var filters: [BucketSet]
    var resets: [BucketSet]
    var leaseLeft: Duration
    var wakesIn: Duration
    var lag: Duration
  }

  func snapshot(of node: Int) -> Snapshot {
    Snapshot(
      at: now, node: nodes[node], filters: filters[node], resets: resets[node], leaseLeft: leases[node] - now,
      wakesIn: wakes[node] - now, lag: lags[node])
  }

  /// The machine goes on as it was, without knowing that time has passed.
  mutating func setBack(_ node: Int, to snapshot: Snapshot) {
    forgetDaemon(node)
    running[node] = true
    isAway[node] = false
    nodes[node] = snapshot.node
    filters[node] = snapshot.filters
    resets[node] = snapshot.resets
    leases[node] = now + snapshot.leaseLeft
    wakes[node] = now + snapshot.wakesIn
    lags[node] = snapshot.lag + (now - snapshot.at)
  }
}
