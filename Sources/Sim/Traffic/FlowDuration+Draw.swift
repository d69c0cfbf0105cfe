import Engine
import Foundation

extension FlowDuration {
  /// In seconds. A Pareto law of shape 1 or less has no mean; for shapes up to 1.05, `shape - 1` counts as 0.05.
  package var mean: Double {
    switch self {
    case .constant(let d), .exponential(let d): d.seconds
    case .lognormal(let median, let sigma): median.seconds * exp(sigma * sigma / 2)
    case .pareto(let minimum, let shape): minimum.seconds * shape / max(shape - 1, 0.05)
    case .table(let rows): rows.reduce(0) { $0 + $1.share * $1.duration.seconds }
    }
  }

  /// How much of its steady load a stream of flows still lacks so many seconds after a start without any, 0 to 1: the
  /// mean of what a flow lasts beyond that time, over ``mean``.
  func missing(after seconds: Double) -> Double {
    let time = mean > 0 ? seconds / mean : .infinity
    switch self {
    case .constant: return max(0, 1 - time)
    case .exponential: return exp(-time)
    case .lognormal(let median, let sigma):
      if sigma <= 0 || seconds <= 0 { return max(0, 1 - time) }
      func below(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
      let place = log(median.seconds / seconds) / sigma
      return below(place + sigma) - time * below(place)
    case .pareto(let minimum, let shape):
      // A shape as small as in ``mean``.
      let shape = max(shape, 1.05)
      let ratio = minimum.seconds / seconds
      return ratio >= 1 ? 1 - (shape - 1) / shape / ratio : pow(ratio, shape - 1) / shape
    case .table(let rows):
      return mean > 0
        ? rows.reduce(0) { $0 + $1.share * max(0, $1.duration.seconds - seconds) } / mean : 0
    }
  }

  /// A duration in nanoseconds, at most 2^60 (36 years).
  func draw(_ dice: inout RandomStream) -> UInt64 {
    switch self {
    case .constant(let duration): return UInt64(max(0, duration.nanoseconds))
    case .exponential(let mean): return whole(dice.exponential(mean: Double(mean.nanoseconds)))
    case .lognormal(let median, let sigma):
      return whole(dice.lognormal(median: Double(median.nanoseconds), sigma: sigma))
    case .pareto(let minimum, let shape):
      return whole(dice.pareto(minimum: Double(minimum.nanoseconds), shape: shape))
    case .table(let rows):
      precondition(!rows.isEmpty, "a table of durations has rows")
      var left = dice.uniform()
      for row in rows {
        left -= row.share
        if left < 0 { return UInt64(max(0, row.duration.nanoseconds)) }
      }
      return UInt64(max(0, rows[rows.count - 1].duration.nanoseconds))
    }
  }
}

extension DelayModel {
  /// A delay in nanoseconds, at most 2^60; a negative draw counts as 0.
  func draw(_ dice: inout RandomStream) -> UInt64 {
    switch self {
    case .constant(let delay): return UInt64(max(0, delay.nanoseconds))
    case .uniform(let low, let high):
      let (low, high) = (Double(low.nanoseconds), Double(high.nanoseconds))
      return whole(low + dice.uniform() * (high - low))
    case .normal(let mean, let sd):
      return whole(
        dice.gaussian(mean: Double(mean.nanoseconds), standardDeviation: Double(sd.nanoseconds)))
    case .lognormal(let median, let sigma):
      return whole(dice.lognormal(median: Double(median.nanoseconds), sigma: sigma))
    }
  }
}

private func whole(_ nanoseconds: Double) -> UInt64 {
  nanoseconds > 0 ? UInt64(min(nanoseconds, 0x1p60) + 0.5) : 0
}
