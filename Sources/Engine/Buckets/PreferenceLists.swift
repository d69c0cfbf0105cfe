/// For each bucket of a group the order in which nodes are asked to serve it.
///
/// A list holds every configured node of weight above 0 once. So a bucket has a target while any of them is
/// up (S7), and a leave moves the leaver's buckets and no others (S8).
struct PreferenceLists: Sendable {
  let bucketCount: Int
  /// How many nodes each list holds: those of configured weight above 0.
  let depth: Int
  /// List entry `j` of bucket `b` is `entries[b * depth + j]`.
  var entries: [UInt8]
  /// The rank of each bucket among those that its list's first node heads, in a fixed pseudo-random order.
  private(set) var ranks: [UInt16]
  /// How many lists each node heads, by node id.
  private(set) var heads: [Int]

  private init(bucketCount: Int, depth: Int, entries: [UInt8], nodeCount: Int, seed: UInt32) {
    precondition(entries.count == bucketCount * depth, "a list for each bucket")
    self.bucketCount = bucketCount
    self.depth = depth
    self.entries = entries
    ranks = [UInt16](repeating: 0, count: bucketCount)
    heads = [Int](repeating: 0, count: nodeCount)
    if depth == 0 { return }
    for b in TableHash.shuffled(bucketCount, seed: seed) {
      let head = Int(entries[b * depth])
      ranks[b] = UInt16(heads[head])
      heads[head] += 1
    }
  }

  /// One list for all buckets: the nodes in configured order.
  static func priority(_ group: GroupSettings, nodeCount: Int) -> PreferenceLists {
    let nodes = listed(group, nodeCount)
    var entries: [UInt8] = []
    entries.reserveCapacity(group.bucketCount * nodes.count)
    for _ in 0..<group.bucketCount { entries += nodes }
    return PreferenceLists(
      bucketCount: group.bucketCount, depth: nodes.count, entries: entries, nodeCount: nodeCount,
      seed: group.hashSeed)
  }

  /// Lists in which failures leave the load balanced too; see ``BalancedLists``.
  static func balanced(_ group: GroupSettings, nodeCount: Int) -> PreferenceLists {
    let nodes = listed(group, nodeCount)
    var lists = BalancedLists(group, nodes: nodes)
    lists.build()
    return PreferenceLists(
      bucketCount: group.bucketCount, depth: nodes.count, entries: lists.entries, nodeCount: nodeCount,
      seed: group.hashSeed)
  }

  /// Lists in the order of weighted rendezvous hashing.
  ///
  /// Node `x` comes before `y` for a bucket if `-log2(u(x)) / w(x) < -log2(u(y)) / w(y)` with `u` uniform in
  /// (0, 1), which makes it first in proportion to its weight.
  /// - Source: Thaler and Ravishankar 1998; the weights: Schindelhauer and Schomaker, SPAA 2005.
  static func rendezvous(_ group: GroupSettings, nodeCount: Int) -> PreferenceLists {
    let nodes = listed(group, nodeCount)
    let weights = nodes.map { UInt64(group.weight(of: NodeID(Int($0)))) }
    var entries: [UInt8] = []
    entries.reserveCapacity(group.bucketCount * nodes.count)
    var order = [(node: UInt8, cost: UInt64, weight: UInt64)]()
    for b in 0..<group.bucketCount {
      order.removeAll(keepingCapacity: true)
      for i in nodes.indices {
        let cost = FixedPoint.negatedLog2(TableHash.mix(group.hashSeed, b, Int(nodes[i])))
        order.append((nodes[i], cost, weights[i]))
      }
      order.sort { x, y in
        let (left, right) = (x.cost * y.weight, y.cost * x.weight)
        return left == right ? x.node < y.node : left < right
      }
      for place in order { entries.append(place.node) }
    }
    return PreferenceLists(
      bucketCount: group.bucketCount, depth: nodes.count, entries: entries, nodeCount: nodeCount,
      seed: group.hashSeed)
  }

  /// The nodes that lists hold, in ascending id.
  private static func listed(_ group: GroupSettings, _ nodeCount: Int) -> [UInt8] {
    var nodes: [UInt8] = []
    for n in 0..<nodeCount where group.weight(of: NodeID(n)) > 0 { nodes.append(UInt8(n)) }
    return nodes
  }
}
