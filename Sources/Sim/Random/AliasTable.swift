#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A discrete distribution that takes one random number and one table look-up a draw, whatever its size.
///
/// A share is kept to 2^-32 of the mean share. Eight bytes an outcome.
///
/// Source: A. J. Walker, ACM TOMS 3(3), 1977; built as in M. D. Vose, IEEE TSE 17(9), 1991.
public struct AliasTable: Sendable {
  /// The column is its own outcome with probability `own / 2^32`, else `alias`.
  ///
  /// Both halves come in one load, so choosing between them needs no branch that would be guessed wrong half the time.
  @usableFromInline struct Column: Sendable, BitwiseCopyable {
    @usableFromInline let bits: UInt64

    init(own: UInt32, alias: UInt32) { bits = UInt64(alias) << 32 | UInt64(own) }

    @inlinable var own: UInt32 { UInt32(truncatingIfNeeded: bits) }
    @inlinable var alias: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
  }

  @usableFromInline let columns: [Column]

  /// Outcomes 0 ..< `shares.count` with probabilities proportional to `shares`.
  /// - Precondition: 1 to 2^32 - 1 shares, finite, none negative, not all zero.
  /// - Complexity: O(n).
  public init(shares: [Double]) {
    precondition(!shares.isEmpty && shares.count < 1 << 32, "a distribution has 1 to 2^32 - 1 outcomes")
    precondition(shares.allSatisfy { $0 >= 0 && $0.isFinite }, "shares are finite and not negative")
    let sum = shares.reduce(0, +)
    precondition(sum > 0 && sum.isFinite, "the shares sum to more than zero")
    let count = shares.count
    var scaled = shares.map { $0 / sum * Double(count) }
    var columns = (0..<count).map { Column(own: .max, alias: UInt32($0)) }
    var poor: [Int] = []
    var rich: [Int] = []
    for i in scaled.indices { if scaled[i] < 1 { poor.append(i) } else { rich.append(i) } }
    while let i = poor.last, let j = rich.last {
      poor.removeLast()
      // Below 1, so the product is below 2^32.
      columns[i] = Column(own: UInt32(scaled[i] * 0x1p32), alias: UInt32(j))
      scaled[j] = scaled[j] + scaled[i] - 1
      if scaled[j] < 1 {
        rich.removeLast()
        poor.append(j)
      }
    }
    // Rounding leaves columns that are full but for an error of 2^-50: they are their own alias.
    self.columns = columns
  }

  /// Zipf's law: outcome `i` has a share proportional to `(i + 1)^-exponent`; exponent 0 is uniform.
  /// - Precondition: `count` is at least 1, `exponent` finite and not negative.
  public static func zipf(count: Int, exponent: Double) -> AliasTable {
    AliasTable(shares: (1...count).map { pow(Double($0), -exponent) })
  }

  /// The number of outcomes.
  @inlinable public var count: Int { columns.count }

  /// The outcome that a random number stands for.
  @inlinable @inline(__always) func outcome(of random: UInt64) -> UInt32 {
    // The high half of the product is the column, the low half is uniform within it.
    let (place, side) = random.multipliedFullWidth(by: UInt64(columns.count))
    let column = columns[Int(truncatingIfNeeded: place)]
    return UInt32(truncatingIfNeeded: side >> 32) < column.own
      ? UInt32(truncatingIfNeeded: place) : column.alias
  }

  /// The probability that the table gives to each outcome after rounding, summed over its columns.
  public var probabilities: [Double] {
    var result = [Double](repeating: 0, count: count)
    for (i, column) in columns.enumerated() {
      let own = column.alias == i ? 1 : Double(column.own) * 0x1p-32
      result[i] += own / Double(count)
      result[Int(column.alias)] += (1 - own) / Double(count)
    }
    return result
  }
}

extension RandomStream {
  /// An outcome of the table.
  /// - Complexity: O(1), one number.
  @inlinable public mutating func draw(from table: AliasTable) -> Int {
    Int(table.outcome(of: next()))
  }
}
