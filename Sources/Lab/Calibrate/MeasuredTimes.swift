import Engine
import Foundation
import Sim

/// A time that was measured several times: its quantiles, and its law for scenario files.
public struct MeasuredTimes: Sendable {
  /// In seconds, ascending.
  public let samples: [Double]

  /// - Precondition: at least one sample.
  init(_ nanoseconds: [UInt64]) {
    precondition(!nanoseconds.isEmpty, "nothing was measured")
    // A time of zero has no logarithm.
    samples = nanoseconds.map { Double(max(1, $0)) * 1e-9 }.sorted()
  }

  func quantile(_ fraction: Double) -> Double {
    samples[min(samples.count - 1, Int(fraction * Double(samples.count)))]
  }

  /// A log-normal law with the same median and spread of the logarithm. The 10 % and 90 % quantiles, which are 2.563
  /// standard deviations apart, give the spread, so that one late wake-up does not make all of them late.
  public var law: DelayModel {
    .lognormal(
      median: Duration(nanoseconds: Int64(quantile(0.5) * 1e9)),
      sigma: (log(quantile(0.9) / quantile(0.1)) / 2.563).rounded(toPlaces: 3))
  }

  /// `median 72 us, p95 110 us, p99 140 us, most 310 us of 400 samples`.
  public var words: String {
    let parts = [("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1)].map {
      "\($0.0) \(MeasuredTimes.micro(quantile($0.1)))"
    }
    return parts.joined(separator: ", ") + " of \(samples.count) samples"
  }

  static func micro(_ seconds: Double) -> String {
    let us = seconds * 1e6
    return us < 10 ? String(format: "%.1f us", us) : String(format: "%.0f us", us)
  }
}

extension Double {
  fileprivate func rounded(toPlaces places: Int) -> Double {
    let scale = pow(10, Double(places))
    return (self * scale).rounded() / scale
  }
}
