import Engine

/// Counts the TCP connections of the virtual IPs that this host tracks.
///
/// A connection counts from the answer to its SYN until both sides have ended it. Its bucket is shown from the SYN on,
/// since the answer may be on its way. A connection that no rule matches any more does not count, since the filter
/// drops it.
///
/// It reads the network namespace of the calling thread, which may be any thread of the process.
public struct FlowCounter: Sendable {
  private let rules: RuleSet
  private let table: FlowTable

  /// - Precondition: `settings.problems()` is empty.
  public init(settings: Settings, virtualIPs: [IPAddress]) {
    rules = RuleSet(settings)
    table = FlowTable(virtualIPs: virtualIPs)
  }

  /// - Parameter owned: the filter's sets, by group.
  /// - Returns: the tracked flows, by group.
  /// - Complexity: O(flows that the host tracks).
  /// - Precondition: one set for each group, of its size.
  public func count(owned: [BucketSet]) throws(FilterError) -> [TrackedFlows] {
    precondition(owned.map { $0.capacity } == rules.bucketCounts, "sets of other groups")
    let counts = Box(owned.map { TrackedFlows.none(bucketCount: $0.capacity) })
    try table.forEach("count flows") { flow in
      guard flow.isOpen || flow.isOpening,
        let match = rules.match(.tcp, destination: flow.virtualIP, port: flow.port)
      else {
        return
      }
      let group = match.group.index
      let bucket = match.bucket(address: flow.client, port: flow.clientPort)
      let isInside = owned[group].contains(bucket)
      if !isInside { counts.value[group].bucketsOutside.insert(bucket) }
      if !flow.isOpen { return }
      if isInside { counts.value[group].inside += 1 } else { counts.value[group].outside += 1 }
    }
    return counts.value
  }
}
