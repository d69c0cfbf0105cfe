import Engine

/// The instants at which a stream's connections begin, always one ahead.
struct Arrivals: Sendable {
  /// The next one in nanoseconds; `max` if no more come.
  private(set) var next: UInt64

  private let model: ArrivalModel
  /// Mean time between two arrivals in nanoseconds.
  private let meanGap: Double
  /// Start of a constant stream, and how many arrivals it has had.
  private var origin: Double = 0
  private var arrived: Double = 0
  /// End of the on-period under way, for on-off streams.
  private var onEnds: UInt64 = 0
  private var dice: RandomStream
  private var periods: RandomStream

  /// - Parameter stream: index of the stream, the entity of its random numbers.
  init(_ model: ArrivalModel, seed: UInt64, trial: Int, stream: Int) {
    self.model = model
    dice = RandomStream(seed: seed, trial: trial, entity: UInt64(stream), purpose: .arrivals)
    periods = RandomStream(seed: seed, trial: trial, entity: UInt64(stream), purpose: .onOff)
    let rate: Double
    switch model {
    case .poisson(let r), .constant(let r), .onOff(let r, _, _): rate = r
    }
    guard rate > 0 else {
      meanGap = 0
      next = .max
      return
    }
    meanGap = 1e9 / rate
    next = 0
    switch model {
    case .poisson: advance()
    case .constant:
      // Each stream has its own phase, so that streams of equal rates do not arrive in step.
      origin = dice.uniform() * meanGap
      next = UInt64(origin)
    case .onOff(_, let on, let off):
      let (on, off) = (Double(on.nanoseconds), Double(off.nanoseconds))
      precondition(on > 0 && off >= 0, "an on-off stream is on for some time")
      if periods.bernoulli(on / (on + off)) {
        onEnds = UInt64(periods.exponential(mean: on))
      }
      advance()
    }
  }

  /// Moves on to the arrival after ``next``.
  @inline(__always) mutating func advance() {
    if case .poisson = model {
      next = Arrivals.sum(next, dice.exponential(mean: meanGap))
    } else {
      advanceSlowly()
    }
  }

  private mutating func advanceSlowly() {
    switch model {
    case .poisson: break
    case .constant:
      // Multiplied, not added up, so that rounding never drifts.
      arrived += 1
      next = Arrivals.sum(0, origin + arrived * meanGap)
    case .onOff(_, let on, let off):
      next = Arrivals.sum(next, dice.exponential(mean: meanGap))
      // The rest of a gap may be dropped when a period ends, because the exponential law has no memory.
      while next >= onEnds && onEnds < .max {
        let start = Arrivals.sum(onEnds, periods.exponential(mean: Double(off.nanoseconds)))
        onEnds = Arrivals.sum(start, periods.exponential(mean: Double(on.nanoseconds)))
        next = Arrivals.sum(start, dice.exponential(mean: meanGap))
      }
    }
  }

  /// An instant some nanoseconds later, rounded; `max` beyond the end of time.
  @inline(__always) static func sum(_ time: UInt64, _ nanoseconds: Double) -> UInt64 {
    nanoseconds < 0x1p62 && time < 1 << 62 ? time &+ UInt64(nanoseconds + 0.5) : .max
  }
}
