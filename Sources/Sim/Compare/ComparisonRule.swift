import Engine

/// When the real farm counts as what the simulator said.
public enum ComparisonRule: Sendable, Hashable {
  /// Its mean and its 95 % quantile each lie in the 95 % interval of the simulator's, or within a tolerance of the
  /// simulator's own.
  case time(tolerance: Double)
  /// In no repeat more than in the simulator's worst trial: of what must not happen.
  case atMost
  /// In every repeat a number that the simulator has in some trial: of what has no chance in it.
  case among

  /// 15 ms: what waking threads and timers of a shared machine may add.
  static let usual = ComparisonRule.time(tolerance: 0.015)

  /// - Returns: `nil` for a measure that is only shown.
  init?(for name: String) {
    switch name {
    case "rebalance_time.max", "rebalance_time.mean", "hole_time.longest": self = .usual
    case "double_owner_time.total", "double_owner_time.longest", "flows_broken.outside_failed_nodes",
      "flows_reset", "connects_reset", "false_removals":
      self = .atMost
    case "buckets_moved", "buckets_moved.minimum": self = .among
    default: return nil
    }
  }

  /// - Precondition: at least one finite value on both sides.
  func judge(simulated: [Double], real: [Double]) -> ComparisonVerdict {
    precondition(!simulated.isEmpty && !real.isEmpty, "nothing to compare")
    switch self {
    case .time(let tolerance): return near(simulated, real, tolerance)
    case .atMost:
      let (bound, worst) = (simulated.max()!, real.max()!)
      return ComparisonVerdict(
        agrees: worst <= bound, findings: [.init(what: .worst, real: worst, low: 0, high: bound)])
    case .among:
      let stray = real.first { !simulated.contains($0) }
      return ComparisonVerdict(
        agrees: stray == nil,
        findings: [
          .init(what: .every, real: stray ?? real[0], low: simulated.min()!, high: simulated.max()!)
        ])
    }
  }

  private func near(_ simulated: [Double], _ real: [Double], _ tolerance: Double) -> ComparisonVerdict {
    do {
      let mean = try Statistics.meanInterval(simulated)
      let high = try Statistics.quantile(0.95, of: simulated)
      let around = try Statistics.quantileInterval(0.95, of: simulated) ?? high...high
      let half = max(mean.halfWidth ?? 0, tolerance)
      let findings = [
        ComparisonVerdict.Finding(
          what: .mean, real: try Statistics.mean(real), low: mean.mean - half, high: mean.mean + half),
        ComparisonVerdict.Finding(
          what: .quantile95, real: try Statistics.quantile(0.95, of: real),
          low: min(around.lowerBound, high - tolerance), high: max(around.upperBound, high + tolerance)),
      ]
      return ComparisonVerdict(agrees: findings.allSatisfy(\.isInside), findings: findings)
    } catch {
      preconditionFailure("finite samples, at least one: \(error)")
    }
  }
}
