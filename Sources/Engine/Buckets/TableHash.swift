/// The fixed pseudo-random order in which tables break ties.
///
/// It has nothing to do with the flow hash: changing it would move buckets between nodes, not clients between
/// buckets. All nodes of a farm must run versions with the same function.
enum TableHash {
  /// 64 well-mixed bits of a group's seed and two small numbers.
  /// - Source: the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), once for each number.
  @inline(__always) static func mix(_ seed: UInt32, _ x: Int, _ y: Int) -> UInt64 {
    let a = finalized(UInt64(seed) &+ 0x9e37_79b9_7f4a_7c15 &* UInt64(truncatingIfNeeded: x &+ 1))
    return finalized(a &+ 0x9e37_79b9_7f4a_7c15 &* UInt64(truncatingIfNeeded: y &+ 1))
  }

  @inline(__always) private static func finalized(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }

  /// The buckets 0 ..< count in a fixed order without pattern.
  static func shuffled(_ count: Int, seed: UInt32) -> [Int] {
    var keys: [UInt64] = []
    keys.reserveCapacity(count)
    // The bucket's number in the low bits makes every key unique, so the order does not depend on the sort.
    for b in 0..<count { keys.append(mix(seed, b, 4096) & ~4095 | UInt64(b)) }
    keys.sort()
    return keys.map { Int($0 & 4095) }
  }
}
