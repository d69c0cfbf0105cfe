extension BalancedLists {
  /// The buckets with equal prefixes side by side, each block in hash order.
  func sortedByPrefix() -> [Int] {
    var keyed: [(prefix: UInt64, rank: Int)] = []
    keyed.reserveCapacity(bucketCount)
    for rank in order.indices { keyed.append((prefixes[order[rank]], rank)) }
    keyed.sort { x, y in x.prefix == y.prefix ? x.rank < y.rank : x.prefix < y.prefix }
    return keyed.map { order[$0.rank] }
  }

  /// How many different prefixes there are.
  func blockCount(_ sorted: [Int]) -> Int {
    var blocks = 0
    for i in sorted.indices where i == 0 || prefixes[sorted[i]] != prefixes[sorted[i - 1]] { blocks += 1 }
    return blocks
  }

  /// Fills a level so that the load after the failure of each prefix is even.
  mutating func fillExactly(_ level: Int, _ sorted: [Int]) {
    var load = [Int](repeating: 0, count: 64)
    var start = 0
    while start < sorted.count {
      let failed = prefixes[sorted[start]]
      measureLoad(after: failed, levels: level, into: &load)
      var sum = 0
      for n in nodes where failed >> UInt64(n) & 1 == 0 { sum += weights[Int(n)] }
      while start < sorted.count, prefixes[sorted[start]] == failed {
        let b = sorted[start]
        // How far below its quota a node is, in units of a bucket divided by the sum of weights.
        let chosen = best(for: b, level) { bucketCount * weights[$0] - load[$0] * sum }
        load[chosen] += 1
        append(chosen, to: b, level)
        start += 1
      }
    }
  }

  /// Fills a level by the tie-break alone.
  mutating func fillEvenly(_ level: Int) {
    for b in order { append(best(for: b, level) { _ in 0 }, to: b, level) }
  }

  /// How many buckets each node serves after a failure, by the levels that are filled.
  ///
  /// Only the lists that a failed node heads are read: all others are served by their heads.
  private func measureLoad(after failed: UInt64, levels: Int, into load: inout [Int]) {
    for n in nodes { load[Int(n)] = headed[Int(n)].count }
    for n in nodes where failed >> UInt64(n) & 1 == 1 {
      for b in headed[Int(n)] {
        for j in 1..<max(1, levels) {
          let next = entries[b * nodes.count + j]
          if failed >> UInt64(next) & 1 == 0 {
            load[Int(next)] += 1
            break
          }
        }
      }
    }
  }

  /// The best node that a bucket's list does not hold yet.
  ///
  /// The greatest merit wins, then the least use for the node's weight, then the hash.
  @inline(__always)
  private func best(for b: Int, _ level: Int, merit: (Int) -> Int) -> Int {
    var best = -1
    var (bestMerit, bestUse) = (0, 0)
    for n in nodes where prefixes[b] >> UInt64(n) & 1 == 0 {
      let x = Int(n)
      let m = merit(x)
      if best >= 0 && m < bestMerit { continue }
      let use = use(of: x, b, level)
      if best >= 0 && m == bestMerit {
        let (mine, its) = (use * weights[best], bestUse * weights[x])
        if mine > its { continue }
        if mine == its && TableHash.mix(seed, b, x) > TableHash.mix(seed, b, best) { continue }
      }
      (best, bestMerit, bestUse) = (x, m, use)
    }
    precondition(best >= 0, "a level beyond the last node")
    return best
  }

  /// How often a node follows the latest nodes of a bucket's list, this time included.
  ///
  /// At level 1 the seconds of all lists count: the merit already evens out those behind one head.
  @inline(__always)
  private func use(of node: Int, _ b: Int, _ level: Int) -> Int {
    if level == 1 { return seconds[node] + 1 }
    var use = 1
    for j in max(0, level - BalancedLists.tieDepth)..<level {
      use += follows[Int(entries[b * nodes.count + j]) << 6 | node]
    }
    return use
  }
}
