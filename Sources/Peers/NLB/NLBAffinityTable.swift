import Engine

/// Which host a client stays with although its bucket has moved: extended affinity.
///
/// While a client's entry runs, its host serves it whoever owns its bucket. An entry lasts for the rule's timeout after
/// the client's last connection. It ends early when its host leaves the cluster. A look-up is O(log n), a new client
/// O(n).
/// - Source: `Add-NlbClusterPortRule`, parameter `Timeout`. That all hosts know the table alike is an assumption.
public struct NLBAffinityTable: Sendable {
  private struct Entry: Sendable {
    var client: IPAddress
    var host: NodeID
    var until: Instant
  }

  /// By client.
  private var entries: [Entry] = []
  private let timeout: Duration
  private let affinity: NLBPortRule.Affinity
  private let networkPrefixV6: UInt8

  public init(_ rule: NLBPortRule, assumed: NLBAssumptions) {
    timeout = rule.extendedAffinity
    affinity = rule.affinity
    networkPrefixV6 = assumed.networkPrefixV6
  }

  /// How many clients are remembered, those included whose time is over.
  public var count: Int { entries.count }

  /// The host of a new connection.
  /// - Parameters:
  ///   - owner: who has the client's bucket.
  ///   - members: who is in the cluster.
  public mutating func host(
    of client: IPAddress, owner: NodeID, members: NodeSet, at now: Instant
  ) -> NodeID {
    if timeout == .zero || affinity == .none { return owner }
    let client = affinity == .classC ? client.network(v4: 24, v6: networkPrefixV6) : client
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if NLBAffinityTable.isBefore(entries[middle].client, client) { low = middle + 1 } else { high = middle }
    }
    let until = now + timeout
    guard low < entries.count, entries[low].client == client else {
      entries.insert(Entry(client: client, host: owner, until: until), at: low)
      return owner
    }
    if entries[low].until <= now || !members.contains(entries[low].host) { entries[low].host = owner }
    entries[low].until = until
    return entries[low].host
  }

  private static func isBefore(_ a: IPAddress, _ b: IPAddress) -> Bool {
    a.isIPv4 == b.isIPv4 ? (a.high, a.low) < (b.high, b.low) : a.isIPv4
  }
}
