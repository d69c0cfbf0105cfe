/// Which nodes and groups go into which datagram of a heartbeat. The plan depends on the settings alone, so
/// nodes of one configuration agree on it.
///
/// Each part takes the next groups that fit whole, then as many nodes as still fit. 32 nodes and one group
/// of 1024 buckets are one part of 1391 bytes; 64 nodes and 8 groups of 4096 buckets are 5.
public struct HeartbeatPlan: Sendable, Hashable {
  /// At least one.
  public let parts: [HeartbeatPart]
  /// Buckets of each group.
  let bucketCounts: [Int]

  /// - Precondition: `nodeCount` is 1 to 64, there are at most 8 groups of 1 to 4096 buckets.
  public init(nodeCount: Int, bucketCounts: [Int]) {
    precondition(nodeCount >= 1 && nodeCount <= Limits.maximumNodes, "a farm has 1 to 64 nodes")
    precondition(bucketCounts.count <= Limits.maximumGroups, "a heartbeat has at most 8 groups")
    var parts: [HeartbeatPart] = []
    var node = 0
    var group = 0
    repeat {
      var length = HeartbeatFormat.headerBytes
      let firstGroup = group
      while group < bucketCounts.count {
        precondition(
          bucketCounts[group] >= 1 && bucketCounts[group] <= Limits.maximumBuckets,
          "a group has 1 to 4096 buckets")
        let bytes = HeartbeatFormat.groupBytes(bucketCount: bucketCounts[group])
        if length + bytes > Limits.maximumDatagramBytes { break }
        length += bytes
        group += 1
      }
      let room = Limits.maximumDatagramBytes - length - HeartbeatFormat.sliceBytes
      let entries = room <= 0 ? 0 : min(nodeCount - node, room / HeartbeatFormat.entryBytes)
      length += HeartbeatFormat.sliceBytes(entries: entries)
      parts.append(
        HeartbeatPart(nodes: node..<node + entries, groups: firstGroup..<group, length: length))
      node += entries
    } while node < nodeCount || group < bucketCounts.count
    precondition(parts.count <= Limits.maximumParts, "the limits allow no heartbeat of more parts")
    self.parts = parts
    self.bucketCounts = bucketCounts
  }

  /// The plan of a farm. - Precondition: `settings.problems()` is empty.
  public init(_ settings: Settings) {
    var bucketCounts: [Int] = []
    for group in settings.ownershipGroups { bucketCounts.append(group.bucketCount) }
    self.init(nodeCount: settings.nodeCount, bucketCounts: bucketCounts)
  }
}

/// One datagram of a heartbeat.
public struct HeartbeatPart: Sendable, Hashable {
  /// The slice of the freshness vector, by node id; may be empty.
  public let nodes: Range<Int>
  /// The groups, by number; may be empty.
  public let groups: Range<Int>
  /// Bytes of the datagram without authentication, at most ``Limits/maximumDatagramBytes``.
  public let length: Int
}
