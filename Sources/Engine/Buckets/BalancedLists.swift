/// Builds preference lists that are balanced before and after failures, level by level.
///
/// After the failure of a set `G` of nodes a bucket's target is the first of its list that is not in `G`. Entry
/// `j` of the buckets whose first `j` entries are the set `G` is therefore chosen to even out exactly the load
/// that the failure of `G` leaves: the node that is furthest below its quota `B w(x) / (sum of w outside G)`.
/// Ties go to the node that for its weight follows the list's nodes least often so far, then by hash.
///
/// - Level 0 meets the quotas: every share is its quota rounded down or up. It grows node by node, so that
///   appending a node to the configuration moves the new node's share and, with equal weights, nothing else.
/// - Level 1 evens out every single failure as far as whole buckets allow.
/// - Deeper levels do the best that those above leave. After some depth nearly every bucket has a prefix of its
///   own, and evening out costs more than it gains: the levels beyond ``exactLevels`` only use the tie-break, which
///   keeps every node behind every other equally often. They matter when that many nodes are down at once.
///
/// Complexity: O(B N) a level, and at most ``exactWork`` steps more for measuring the load of failures.
struct BalancedLists {
  /// Steps that measuring the load of failures may take: enough for any three failures with 4096 buckets and 32
  /// nodes or more, and for all levels with 256 buckets.
  static let exactWork = 2_000_000
  /// How many of a list's latest nodes the tie-break looks at. More is slower and hardly better.
  static let tieDepth = 4

  let bucketCount: Int
  let seed: UInt32
  /// In ascending id, all of weight above 0.
  let nodes: [UInt8]
  /// By node id.
  private(set) var weights: [Int]
  /// All buckets in hash order.
  let order: [Int]
  /// As in ``PreferenceLists/entries``; 255 until filled.
  private(set) var entries: [UInt8]
  /// The set of nodes that each bucket's list holds so far.
  private(set) var prefixes: [UInt64]
  /// The buckets that each node heads, by node id.
  private(set) var headed: [[Int]]
  /// How often node `x` is the second of a list, by `x`.
  private(set) var seconds: [Int]
  /// How often node `x` comes after node `i`, by `64 i + x`.
  private(set) var follows: [Int]
  /// How many levels, the first included, are evened out for every failure that they can see.
  private(set) var exactLevels = 0

  init(_ group: GroupSettings, nodes: [UInt8]) {
    bucketCount = group.bucketCount
    seed = group.hashSeed
    self.nodes = nodes
    weights = [Int](repeating: 0, count: 64)
    for n in nodes { weights[Int(n)] = Int(group.weight(of: NodeID(Int(n)))) }
    order = TableHash.shuffled(bucketCount, seed: seed)
    entries = [UInt8](repeating: TargetTable.none, count: bucketCount * nodes.count)
    prefixes = [UInt64](repeating: 0, count: bucketCount)
    headed = [[Int]](repeating: [], count: 64)
    seconds = [Int](repeating: 0, count: 64)
    follows = [Int](repeating: 0, count: 64 * 64)
  }

  /// Fills all levels.
  mutating func build() {
    if nodes.isEmpty { return }
    growHeads()
    exactLevels = 1
    var work = 0
    for level in 1..<max(1, nodes.count) {
      let sorted = sortedByPrefix()
      work += blockCount(sorted) * level * (bucketCount / nodes.count + 1)
      if work <= BalancedLists.exactWork {
        exactLevels = level + 1
        fillExactly(level, sorted)
      } else {
        fillEvenly(level)
      }
    }
  }

  /// Gives each bucket its first node: one node gets all, and each further one takes its share from those that are
  /// furthest above their new quota.
  ///
  /// A move is made while it brings two nodes closer to their quotas, so every share ends as its quota rounded down
  /// or up.
  private mutating func growHeads() {
    headed[Int(nodes[0])] = order
    var sum = weights[Int(nodes[0])]
    for newest in 1..<max(1, nodes.count) {
      sum += weights[Int(nodes[newest])]
      while true {
        var (donor, taker) = (Int(nodes[newest]), Int(nodes[newest]))
        for n in nodes[...newest] {
          if surplus(Int(n), sum) > surplus(donor, sum) { donor = Int(n) }
          if surplus(Int(n), sum) < surplus(taker, sum) { taker = Int(n) }
        }
        if surplus(donor, sum) - surplus(taker, sum) <= sum { break }
        headed[taker].append(headed[donor].removeLast())
      }
    }
    for n in nodes {
      for b in headed[Int(n)] {
        entries[b * nodes.count] = n
        prefixes[b] = 1 << UInt64(n)
      }
    }
  }

  /// By how much the buckets that a node heads exceed its quota, in units of a bucket divided by the sum of weights.
  private func surplus(_ node: Int, _ sum: Int) -> Int {
    headed[node].count * sum - bucketCount * weights[node]
  }

  /// Fills in entry `level` of a bucket.
  mutating func append(_ node: Int, to b: Int, _ level: Int) {
    entries[b * nodes.count + level] = UInt8(node)
    if level == 1 { seconds[node] += 1 }
    for j in 0..<level { follows[Int(entries[b * nodes.count + j]) << 6 | node] += 1 }
    prefixes[b] |= 1 << UInt64(node)
  }
}
