/// Builds preference lists that are balanced before and after failures, level by level.
///
/// After the failure of a set `G` of nodes a bucket's target is the first of its list that is not in `G`. Entry
/// `j` of the buckets whose first `j` entries are the set `G` is therefore chosen to even out exactly the load
/// that the failure of `G` leaves: the node that is furthest below its quota `B w(x) / (sum of w outside G)`,
/// then the one that the level has used least for its weight, then by hash.
///
/// - Level 0 meets the quotas: every share is its quota rounded down or up. It grows node by node, so that
///   appending a node to the configuration moves the new node's share and, with equal weights, nothing else.
/// - Level 1 evens out every single failure as far as whole buckets allow.
/// - Deeper levels do the best that those above leave. After some depth nearly every bucket has a prefix
///   of its own and evening out costs more than it gains: beyond ``exactWork`` only the level as a whole is
///   evened out. Those levels matter when that many nodes are down at once.
///
/// Complexity: O(B N) for level 0, at most ``exactWork`` steps for the levels that are exact, and O(B N) for each
/// of the others.
struct BalancedLists {
  /// Steps that evening out failures may take; a level that would exceed it is only evened out as a whole.
  static let exactWork = 8_000_000

  let bucketCount: Int
  let seed: UInt32
  let nodes: [UInt8]
  /// By node id.
  private(set) var weights: [Int]
  private(set) var entries: [UInt8]
  /// How many levels are evened out for every failure that they can see.
  private(set) var exactLevels = 0
  /// The set of entries that each bucket's list has so far.
  private var prefixes: [UInt64]
  /// The buckets that each node heads, by node id.
  private var owned: [[Int]]
  private let order: [Int]
  /// How often the present level uses each node, by node id.
  private var used: [Int]

  init(_ group: GroupSettings, nodes: [UInt8]) {
    bucketCount = group.bucketCount
    seed = group.hashSeed
    self.nodes = nodes
    weights = [Int](repeating: 0, count: 64)
    for n in nodes { weights[Int(n)] = Int(group.weight(of: NodeID(Int(n)))) }
    entries = [UInt8](repeating: 255, count: bucketCount * nodes.count)
    prefixes = [UInt64](repeating: 0, count: bucketCount)
    owned = [[Int]](repeating: [], count: 64)
    used = [Int](repeating: 0, count: 64)
    order = TableHash.shuffled(bucketCount, seed: seed)
  }

  mutating func build() {
    if nodes.isEmpty { return }
    growHeads()
    var work = 0
    for level in 1..<max(1, nodes.count) {
      for x in used.indices { used[x] = 0 }
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

  // MARK: Level 0

  /// Gives each bucket its first node: the first node gets all, and each further one takes its share from those
  /// that are furthest above their new quota.
  private mutating func growHeads() {
    owned[Int(nodes[0])] = order
    var sum = weights[Int(nodes[0])]
    for count in 2..<max(2, nodes.count + 1) {
      sum += weights[Int(nodes[count - 1])]
      while true {
        // In units of a bucket times the sum of weights, to stay with whole numbers.
        var (donor, taker) = (Int(nodes[0]), Int(nodes[0]))
        for n in nodes[..<count] {
          if surplus(Int(n), sum) > surplus(donor, sum) { donor = Int(n) }
          if surplus(Int(n), sum) <= surplus(taker, sum) { taker = Int(n) }
        }
        if surplus(donor, sum) - surplus(taker, sum) <= sum { break }
        owned[taker].append(owned[donor].removeLast())
      }
    }
    for n in nodes {
      for b in owned[Int(n)] {
        entries[b * nodes.count] = n
        prefixes[b] = 1 << UInt64(n)
      }
    }
  }

  private func surplus(_ node: Int, _ sum: Int) -> Int {
    owned[node].count * sum - bucketCount * weights[node]
  }

  // MARK: Further levels

  /// The buckets with equal prefixes side by side, each block in hash order.
  private func sortedByPrefix() -> [Int] {
    var keyed: [(prefix: UInt64, rank: Int)] = []
    keyed.reserveCapacity(bucketCount)
    for rank in order.indices { keyed.append((prefixes[order[rank]], rank)) }
    keyed.sort { x, y in x.prefix == y.prefix ? x.rank < y.rank : x.prefix < y.prefix }
    return keyed.map { order[$0.rank] }
  }

  private func blockCount(_ sorted: [Int]) -> Int {
    var blocks = 0
    for i in sorted.indices where i == 0 || prefixes[sorted[i]] != prefixes[sorted[i - 1]] { blocks += 1 }
    return blocks
  }

  private mutating func fillExactly(_ level: Int, _ sorted: [Int]) {
    var load = [Int](repeating: 0, count: 64)
    var start = 0
    while start < sorted.count {
      let failed = prefixes[sorted[start]]
      measureLoad(after: failed, levels: level, into: &load)
      var sum = 0
      for n in nodes where failed >> UInt64(n) & 1 == 0 { sum += weights[Int(n)] }
      while start < sorted.count, prefixes[sorted[start]] == failed {
        let b = sorted[start]
        let chosen = best(for: b, level, besides: failed) { bucketCount * weights[$0] - load[$0] * sum }
        load[chosen] += 1
        append(chosen, to: b, level)
        start += 1
      }
    }
  }

  /// What each node serves after a failure, by the levels that are filled.
  private func measureLoad(after failed: UInt64, levels: Int, into load: inout [Int]) {
    for n in nodes { load[Int(n)] = owned[Int(n)].count }
    for n in nodes where failed >> UInt64(n) & 1 == 1 {
      for b in owned[Int(n)] {
        var j = 1
        while j < levels {
          let next = entries[b * nodes.count + j]
          if failed >> UInt64(next) & 1 == 0 {
            load[Int(next)] += 1
            break
          }
          j += 1
        }
      }
    }
  }

  private mutating func fillEvenly(_ level: Int) {
    for b in order {
      append(best(for: b, level, besides: prefixes[b]) { _ in 0 }, to: b, level)
    }
  }

  /// The node of greatest merit; then the one used least on this level for its weight; then by hash.
  @inline(__always)
  private func best(for b: Int, _ level: Int, besides prefix: UInt64, merit: (Int) -> Int) -> Int {
    var best = -1
    var bestMerit = 0
    var bestHash: UInt64 = 0
    for n in nodes where prefix >> UInt64(n) & 1 == 0 {
      let x = Int(n)
      let m = merit(x)
      if best < 0 || m > bestMerit {
        (best, bestMerit, bestHash) = (x, m, TableHash.mix(seed, b, x))
      } else if m == bestMerit {
        let (mine, its) = ((used[x] + 1) * weights[best], (used[best] + 1) * weights[x])
        if mine > its { continue }
        let hash = TableHash.mix(seed, b, x)
        if mine < its || hash < bestHash { (best, bestHash) = (x, hash) }
      }
    }
    precondition(best >= 0, "a level beyond the last node")
    return best
  }

  private mutating func append(_ node: Int, to b: Int, _ level: Int) {
    entries[b * nodes.count + level] = UInt8(node)
    prefixes[b] |= 1 << UInt64(node)
    used[node] += 1
  }
}
