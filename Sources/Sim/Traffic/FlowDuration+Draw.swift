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
