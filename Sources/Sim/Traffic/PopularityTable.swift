/// Draws an index with given weights from one random number, in O(1).
///
/// Eight bytes an index, so that the table of a stream's clients stays in the cache.
///
/// Source: A. J. Walker 1977; built as by M. D. Vose, "A linear algorithm for generating random numbers with a given
/// distribution", IEEE TSE 17(9), 1991. Weights are kept to 32 bits.
struct PopularityTable: Sendable {
  private struct Column: BitwiseCopyable, Sendable {
    /// The column's own index is drawn below this, of 2^32; the other one above.
    var threshold: UInt32
    var other: UInt32
  }
  private let columns: [Column]

  /// - Precondition: 1 to 2^32 - 1 weights, finite, none negative, some positive.
  init(weights: [Double]) {
    precondition(!weights.isEmpty && weights.count < 1 << 32, "a table has 1 to 2^32 - 1 indices")
    var sum = 0.0
    for weight in weights {
      precondition(weight >= 0 && weight.isFinite, "weights are finite and not negative")
      sum += weight
    }
    precondition(sum > 0 && sum.isFinite, "some weight is positive")
    let scale = Double(weights.count) / sum
    var left = weights.map { $0 * scale }
    var columns = left.indices.map { Column(threshold: .max, other: UInt32($0)) }
    var small: [Int] = []
    var large: [Int] = []
    for i in left.indices {
      if left[i] < 1 { small.append(i) } else { large.append(i) }
    }
    while let s = small.last, let l = large.last {
      small.removeLast()
      columns[s] = Column(threshold: UInt32(left[s] * 0x1p32), other: UInt32(l))
      left[l] -= 1 - left[s]
      if left[l] < 1 {
        large.removeLast()
        small.append(l)
      }
    }
    self.columns = columns
  }

  /// The index that a random number stands for. The lowest 14 bits do not matter, so they may stand for something
  /// else: a share is off by at most the number of indices times 2^-50.
  @inline(__always) func index(of random: UInt64) -> UInt32 {
    // The upper half of the product selects a column, the lower half a side of it.
    let (place, side) = (random & ~0x3fff).multipliedFullWidth(by: UInt64(columns.count))
    let column = columns[Int(place)]
    return UInt32(truncatingIfNeeded: side >> 32) < column.threshold
      ? UInt32(truncatingIfNeeded: place) : column.other
  }
}
