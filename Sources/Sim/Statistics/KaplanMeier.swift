/// How long something lasts, from samples of which some were cut short and are lower bounds.
///
/// The estimate of the share that lasts longer than a time is the product, over the times up to it at which some sample
/// ended, of `1 - ended / under observation`. It uses what a cut sample says, that it lasted so long, and assumes that
/// being cut has nothing to do with how long it would have lasted.
///
/// - Source: E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, JASA 53, 1958.
public struct KaplanMeier: Sendable {
  /// At each time at which a sample ended: the share that lasts longer.
  public let steps: [(time: Double, lasting: Double)]
  /// The longest sample, cut or not.
  private let last: Double

  /// - Parameters:
  ///   - samples: at least one; not negative.
  ///   - isCut: for each whether it is a lower bound.
  /// - Throws: ``StatisticsError``: no samples, unequal lengths, values that are not finite.
  public init(_ samples: [Double], isCut: [Bool]) throws(StatisticsError) {
    guard samples.count == isCut.count else { throw .lengthsDiffer(samples.count, isCut.count) }
    try Statistics.check(samples, atLeast: 1)
    // What is cut at the time at which another ends was still under observation then.
    let sorted = samples.indices.sorted {
      samples[$0] != samples[$1] ? samples[$0] < samples[$1] : !isCut[$0] && isCut[$1]
    }
    var steps: [(time: Double, lasting: Double)] = []
    var lasting = 1.0
    var next = 0
    while next < sorted.count {
      let time = samples[sorted[next]]
      let left = sorted.count - next
      var ended = 0
      while next < sorted.count, samples[sorted[next]] == time {
        if !isCut[sorted[next]] { ended += 1 }
        next += 1
      }
      if ended == 0 { continue }
      lasting *= 1 - Double(ended) / Double(left)
      steps.append((time, lasting))
    }
    self.steps = steps
    last = samples[sorted[sorted.count - 1]]
  }

  /// The shortest time within which a share of them, 0 to 1, has ended: or the longest sample, as a lower bound, if too
  /// many were cut to tell.
  public func quantile(_ share: Double) -> Measured {
    // The product of rounded factors may miss a share by its last digits.
    guard let step = steps.first(where: { 1 - $0.lasting >= share - 1e-12 }) else {
      return Measured(last, isCensored: true)
    }
    return Measured(step.time)
  }

  /// The mean of the time, each counted up to the longest sample: the area below the estimate. A lower bound of the mean
  /// if some last longer.
  public var mean: Measured {
    var (area, from, lasting) = (0.0, 0.0, 1.0)
    for step in steps {
      area += (step.time - from) * lasting
      (from, lasting) = (step.time, step.lasting)
    }
    return Measured(area + (last - from) * lasting, isCensored: lasting > 1e-12)
  }
}
