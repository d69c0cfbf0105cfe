#if canImport(Glibc)
  public import Glibc
#else
  public import Musl
#endif

/// Random bits, and the laws that need nothing else.
public protocol RandomSource {
  /// 64 independent, uniform bits.
  mutating func next() -> UInt64
}

extension RandomSource {
  /// Uniform in [0, 1), a multiple of 2^-53.
  @inlinable public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in (0, 1), symmetric about one half: its logarithm is finite.
  @inlinable public mutating func uniformOpen() -> Double { RandomStream.uniformOpen(of: next()) }

  /// Uniform among 0 ..< `n`, without bias.
  /// - Precondition: `n` is above 0.
  /// - Source: D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.
  @inlinable public mutating func bounded(_ n: UInt64) -> UInt64 {
    precondition(n > 0, "no number is below zero")
    var product = next().multipliedFullWidth(by: n)
    if product.low < n {
      let threshold = (0 &- n) % n
      while product.low < threshold { product = next().multipliedFullWidth(by: n) }
    }
    return product.high
  }

  /// True with probability `p`: never for `p` at or below 0, always at or above 1. Takes one number in any case.
  @inlinable public mutating func bernoulli(_ p: Double) -> Bool { uniform() < p }

  /// Exponential with this mean, in the mean's unit.
  @inlinable public mutating func exponential(mean: Double) -> Double {
    RandomStream.exponential(of: next(), mean: mean)
  }
}

/// The laws as functions of a random number, for numbers that were drawn many at a time.
extension RandomStream {
  @inlinable @inline(__always) public static func uniformOpen(of number: UInt64) -> Double {
    (Double(number >> 12) + 0.5) * 0x1p-52
  }

  @inlinable @inline(__always) public static func exponential(of number: UInt64, mean: Double) -> Double {
    -mean * log(uniformOpen(of: number))
  }
}
