internal import CGSL

/// Distributions by the GNU Scientific Library on a stream's own numbers.
extension RandomStream {
  /// Normal. - Source: `gsl_ran_gaussian_ziggurat`.
  public mutating func gaussian(mean: Double = 0, standardDeviation: Double) -> Double {
    withGSL { mean + gsl_ran_gaussian_ziggurat($0, standardDeviation) }
  }

  /// The exponential of a normal variate with standard deviation `sigma`, times `median`.
  /// - Source: `gsl_ran_lognormal`.
  public mutating func lognormal(median: Double, sigma: Double) -> Double {
    median * withGSL { gsl_ran_lognormal($0, 0, sigma) }
  }

  /// Pareto: P(X > x) = (minimum / x)^shape from `minimum` on. - Source: `gsl_ran_pareto`.
  public mutating func pareto(minimum: Double, shape: Double) -> Double {
    withGSL { gsl_ran_pareto($0, shape, minimum) }
  }

  /// The number of trials up to the first success: P(k) = p (1-p)^(k-1), k from 1, with p = 1 / `mean`.
  /// - Precondition: `mean` is at least 1.
  /// - Source: `gsl_ran_geometric`.
  public mutating func geometric(mean: Double) -> Int {
    precondition(mean >= 1, "the mean of a count from 1 is at least 1")
    return withGSL { Int(gsl_ran_geometric($0, 1 / mean)) }
  }

  /// Poisson. - Source: `gsl_ran_poisson`.
  public mutating func poisson(mean: Double) -> Int { withGSL { Int(gsl_ran_poisson($0, mean)) } }

  /// Successes among `count` trials of probability `p`. - Source: `gsl_ran_binomial`.
  public mutating func binomial(_ p: Double, count: Int) -> Int {
    withGSL { Int(gsl_ran_binomial($0, p, UInt32(count))) }
  }

  /// Gamma with mean `shape * scale`. - Source: `gsl_ran_gamma`.
  public mutating func gamma(shape: Double, scale: Double) -> Double {
    withGSL { gsl_ran_gamma($0, shape, scale) }
  }

  /// Lends the stream to the library as its generator for the length of the call.
  mutating func withGSL<Result>(_ body: (UnsafePointer<gsl_rng>) -> Result) -> Result {
    withUnsafeMutablePointer(to: &self) { state in
      var generator = gsl_rng(type: RandomStream.generatorType.pointer, state: state)
      return withUnsafePointer(to: &generator, body)
    }
  }
}
