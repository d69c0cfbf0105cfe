/// Google's Maglev hashing: each node walks the buckets in an order of its own and takes the next free one.
///
/// Even to within one bucket, but a leave also moves buckets between nodes that stay.
/// - Source: Eisenbud et al., Maglev, NSDI 2016, section 3.4.
public enum Maglev {
  /// A node's walk: `offset`, `offset + skip`, `offset + 2 skip` ... modulo the table's size.
  public struct Walk: Sendable, Hashable {
    /// 0 ..< size.
    public var offset: Int
    /// 1 ..< size, without a common divisor with it, so that the walk reaches every bucket.
    public var skip: Int
    public init(offset: Int, skip: Int) { (self.offset, self.skip) = (offset, skip) }
  }

  /// Fills a table.
  ///
  /// Nodes take turns in order. A node whose weight is below the greatest sits out rounds, so that its turns are in
  /// proportion to its weight.
  /// - Parameters:
  ///   - size: buckets, at least 1.
  ///   - weights: by walk; at least one is above 0.
  /// - Returns: the index of the walk that took each bucket.
  public static func populate(size: Int, walks: [Walk], weights: [Int]) -> [Int] {
    precondition(size >= 1 && walks.count == weights.count, "a weight for each walk")
    var greatest = 0
    for w in weights where w > greatest { greatest = w }
    precondition(greatest > 0, "nobody takes turns")
    var table = [Int](repeating: -1, count: size)
    var positions = walks.map { $0.offset }
    var credits = [Int](repeating: 0, count: walks.count)
    var filled = 0
    while true {
      for i in walks.indices {
        credits[i] += weights[i]
        if credits[i] < greatest { continue }
        credits[i] -= greatest
        while table[positions[i]] >= 0 { positions[i] = (positions[i] + walks[i].skip) % size }
        table[positions[i]] = i
        filled += 1
        if filled == size { return table }
      }
    }
  }

  /// The walk of a node over a group's buckets.
  ///
  /// The paper wants a prime number of buckets. For any other the skip is the next one without a common divisor.
  static func walk(of node: Int, size: Int, seed: UInt32) -> Walk {
    if size < 3 { return Walk(offset: node % size, skip: 1) }
    let offset = Int(TableHash.mix(seed, node, 4097) % UInt64(size))
    var skip = Int(TableHash.mix(seed, node, 4098) % UInt64(size - 1)) + 1
    while divisor(skip, size) != 1 { skip = skip % (size - 1) + 1 }
    return Walk(offset: offset, skip: skip)
  }

  /// The greatest common divisor.
  private static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
