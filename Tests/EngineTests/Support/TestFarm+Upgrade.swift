import Engine

/// Daemons that are replaced while their kernel goes on.
extension TestFarm {
  /// The daemon ends at once, and with it everything that it waited for. Its kernel completes what it was asked.
  mutating func takeAway(_ node: Int) {
    kept[node] = nodes[node].resumption
    running[node] = false
    stalled[node] = false
    isAway[node] = true
    forgetDaemon(node)
  }

  /// Starts a new daemon on the kernel as it is, with the state that the daemon before left. Its settings are those in
  /// force unless others are given.
  mutating func replace(_ node: Int, with settings: Settings? = nil, keeping: Resumption? = nil) {
    isAway[node] = false
    running[node] = true
    isUntold[node] = true
    let left = keeping ?? kept[node]
    // As read from a disk.
    var resume = left.flatMap { Resumption(bytes: $0.bytes) }
    resume?.stagedSettings = left?.stagedSettings
    resume?.owned = filters[node]
    resume?.resets = resets[node]
    resume?.leaseLeft = leases[node] - now
    let old = nodes[node]
    nodes[node] = Node(id: old.id, settings: settings ?? old.settings)
    give(
      node,
      .start(
        Start(
          incarnation: Incarnation(1_000_000 + now.nanoseconds / 1_000_000),
          bootID: BootID(0xfedc_ba98 &* UInt64(node + 1) &+ now.nanoseconds), resume: resume)))
  }
}
