import Engine

extension DelayModel {
  /// One delay, never below zero.
  func draw(_ stream: inout RandomStream) -> Duration {
    switch self {
    case .constant(let d): return max(d, .zero)
    case .uniform(let a, let b):
      let span = Double(b.nanoseconds - a.nanoseconds)
      return max(.zero, a + DelayModel.duration(span * stream.uniform()))
    case .normal(let mean, let sd):
      let draw = stream.gaussian(mean: Double(mean.nanoseconds), standardDeviation: Double(sd.nanoseconds))
      return max(.zero, DelayModel.duration(draw))
    case .lognormal(let median, let sigma):
      return DelayModel.duration(stream.lognormal(median: Double(median.nanoseconds), sigma: sigma))
    }
  }

  /// A length in nanoseconds as a whole number of them, cut at plus or minus a century.
  private static func duration(_ nanoseconds: Double) -> Duration {
    let century = 3.15e18
    return Duration(nanoseconds: Int64(min(max(nanoseconds, -century), century)))
  }
}
