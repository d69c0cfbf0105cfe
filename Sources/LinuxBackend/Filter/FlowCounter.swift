import Engine

/// Open TCP connections by group.
public struct FlowCounts: Sendable, Hashable {
  /// Whose bucket the node owns.
  public var inside: [Int]
  /// Whose bucket has moved on, or that no rule of today matches where a default node takes them.
  public var outside: [Int]

  public init(inside: [Int], outside: [Int]) {
    self.inside = inside
    self.outside = outside
  }
}

/// Counts the TCP connections of the virtual IPs that this host tracks.
///
/// A connection counts from the answer to its SYN until both sides have ended it. One that matches no rule any
/// more counts nowhere, since the filter drops it. It reads the network namespace of the calling thread, any
/// thread of the process.
public struct FlowCounter: Sendable {
  private let rules: RuleSet
  private let table: FlowTable

  /// - Precondition: `settings.problems()` is empty.
  public init(settings: Settings, virtualIPs: [IPAddress]) {
    rules = RuleSet(settings)
    table = FlowTable(virtualIPs: virtualIPs)
  }

  /// - Parameter owned: the filter's sets, by group.
  /// - Complexity: O(flows that the host tracks).
  /// - Precondition: one set for each group, of its size.
  public func count(owned: [BucketSet]) throws(FilterError) -> FlowCounts {
    precondition(owned.map { $0.capacity } == rules.bucketCounts, "sets of other groups")
    let counts = Box(
      FlowCounts(
        inside: [Int](repeating: 0, count: owned.count), outside: [Int](repeating: 0, count: owned.count)))
    try table.forEach("count flows") { flow in
      guard flow.isOpen, let match = rules.match(.tcp, destination: flow.virtualIP, port: flow.port) else {
        return
      }
      let bucket = match.bucket(address: flow.client, port: flow.clientPort)
      if owned[match.group.index].contains(bucket) {
        counts.value.inside[match.group.index] += 1
      } else {
        counts.value.outside[match.group.index] += 1
      }
    }
    return counts.value
  }
}
