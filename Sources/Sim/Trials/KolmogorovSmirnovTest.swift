#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A test whether samples may come from a continuous distribution, or two sets of samples from the same one.
public struct KolmogorovSmirnovTest: Sendable, Hashable {
  /// The largest vertical distance of the two distribution functions, 0 to 1.
  public var distance: Double
  /// The probability of a distance at least as large if the two distributions are the same.
  public var pValue: Double
}

extension Statistics {
  /// The one-sample test.
  /// - Parameter distribution: the continuous distribution function, P(X <= x).
  /// - Throws: ``StatisticsError/tooFew(needed:got:)`` for no samples, ``StatisticsError/notFinite`` (a sample or a
  ///   value of the distribution function).
  /// - Source: p-value after M. A. Stephens, J. R. Statist. Soc. B 32(1), 1970; see ``kolmogorov(_:size:)``.
  public static func kolmogorovSmirnovTest(
    _ samples: [Double], distribution: (Double) -> Double
  ) throws(StatisticsError) -> KolmogorovSmirnovTest {
    try check(samples, atLeast: 1)
    let n = Double(samples.count)
    var distance = 0.0
    for (i, x) in samples.sorted().enumerated() {
      let f = distribution(x)
      guard f.isFinite else { throw .notFinite }
      distance = max(distance, Double(i + 1) / n - f, f - Double(i) / n)
    }
    return KolmogorovSmirnovTest(distance: distance, pValue: kolmogorov(distance, size: n))
  }

  /// The two-sample test. Ties between the sets make it conservative.
  /// - Throws: ``StatisticsError/tooFew(needed:got:)`` for an empty set, ``StatisticsError/notFinite``.
  /// - Source: exact for up to a million pairs, see ``exactKolmogorov(_:_:_:)``; beyond, as the one-sample test with
  ///   size `n m / (n + m)`.
  public static func kolmogorovSmirnovTest(
    _ first: [Double], _ second: [Double]
  ) throws(StatisticsError) -> KolmogorovSmirnovTest {
    try check(first, atLeast: 1)
    try check(second, atLeast: 1)
    let a = first.sorted()
    let b = second.sorted()
    let (n, m) = (Double(a.count), Double(b.count))
    var distance = 0.0
    var i = 0
    var j = 0
    while i < a.count && j < b.count {
      // Both functions step at a tie before they are compared.
      let x = min(a[i], b[j])
      while i < a.count && a[i] == x { i += 1 }
      while j < b.count && b[j] == x { j += 1 }
      distance = max(distance, abs(Double(i) / n - Double(j) / m))
    }
    let pValue =
      a.count * b.count <= 1_000_000
      ? exactKolmogorov(Int((distance * n * m).rounded()), a.count, b.count)
      : kolmogorov(distance, size: n * m / (n + m))
    return KolmogorovSmirnovTest(distance: distance, pValue: pValue)
  }

  /// P(D >= `steps / (n m)`) for two samples of one continuous law. All orders of the `n + m` values are equally
  /// likely, and an order is a path over a lattice: this is the share of paths that come so far from its diagonal.
  /// - Source: J. L. Hodges, Arkiv för Matematik 3(43), 1958, with path counts as shares of all paths.
  static func exactKolmogorov(_ steps: Int, _ n: Int, _ m: Int) -> Double {
    if steps == 0 { return 1 }
    // By j: the share of the paths to (i, j) that stay nearer, for one i after the other.
    var near = [Double](repeating: 0, count: m + 1)
    for i in 0...n {
      for j in 0...m {
        if abs(i * m - j * n) >= steps {
          near[j] = 0
        } else if i + j > 0 {
          let above = i > 0 ? near[j] * Double(i) : 0
          let left = j > 0 ? near[j - 1] * Double(j) : 0
          near[j] = (above + left) / Double(i + j)
        } else {
          near[j] = 1
        }
      }
    }
    return min(1, max(0, 1 - near[m]))
  }

  /// P(D >= `distance`): Kolmogorov's limit law `2 sum (-1)^(k-1) exp(-2 k^2 t^2)`, at Stephens' modified
  /// `t = D (sqrt n + 0.12 + 0.11 / sqrt n)`, which holds from a handful of samples on.
  static func kolmogorov(_ distance: Double, size: Double) -> Double {
    let root = size.squareRoot()
    let t = distance * (root + 0.12 + 0.11 / root)
    // Below, the value is 1 to twelve digits and the series converges slowly.
    guard t > 0.2 else { return 1 }
    var sum = 0.0
    var sign = 1.0
    for k in 1...100 {
      let term = exp(-2 * Double(k * k) * t * t)
      sum += sign * term
      if term < 1e-17 { break }
      sign = -sign
    }
    return min(1, max(0, 2 * sum))
  }
}
