import Engine

/// The instants at which a stream's connections begin.
struct Arrivals: Sendable {
  private let model: ArrivalModel
  /// Mean time between two arrivals in nanoseconds.
  private let meanGap: Double
  /// The last arrival drawn, or the start of time.
  private var last: UInt64 = 0
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
      last = .max
      return
    }
    meanGap = 1e9 / rate
    switch model {
    case .poisson: break
    case .constant:
      // Each stream has its own phase, so that streams of equal rates do not arrive in step.
      origin = dice.uniform() * meanGap
    case .onOff(_, let on, let off):
      let (on, off) = (Double(on.nanoseconds), Double(off.nanoseconds))
      precondition(on > 0 && off >= 0, "an on-off stream is on for some time")
      if periods.bernoulli(on / (on + off)) {
        onEnds = UInt64(periods.exponential(mean: on))
      }
    }
  }

  /// Draws the instants of the next arrivals, in nanoseconds; `max` where no more come.
  mutating func draw(into arrivals: inout [Arrival]) {
    guard case .poisson = model else {
      for i in arrivals.indices { arrivals[i].time = next() }
      return
    }
    var numbers = Arrival.Numbers(repeating: 0)
    dice.fill(&numbers)
    var last = last
    for i in arrivals.indices {
      last = Arrivals.sum(last, RandomStream.exponential(of: numbers[i], mean: meanGap))
      arrivals[i].time = last
    }
    self.last = last
  }

  private mutating func next() -> UInt64 {
    guard last < .max else { return .max }
    if case .constant = model {
      // Multiplied, not added up, so that rounding never drifts.
      last = arrived == 0 ? UInt64(origin) : Arrivals.sum(0, origin + arrived * meanGap)
      arrived += 1
      return last
    }
    last = Arrivals.sum(last, dice.exponential(mean: meanGap))
    guard case .onOff(_, let on, let off) = model else { return last }
    // The rest of a gap may be dropped when a period ends, because the exponential law has no memory.
    while last >= onEnds && onEnds < .max {
      let start = Arrivals.sum(onEnds, periods.exponential(mean: Double(off.nanoseconds)))
      onEnds = Arrivals.sum(start, periods.exponential(mean: Double(on.nanoseconds)))
      last = Arrivals.sum(start, dice.exponential(mean: meanGap))
    }
    return last
  }

  /// An instant some nanoseconds later, rounded; `max` beyond the end of time.
  @inline(__always) static func sum(_ time: UInt64, _ nanoseconds: Double) -> UInt64 {
    nanoseconds < 0x1p62 && time < 1 << 62 ? time &+ UInt64(nanoseconds + 0.5) : .max
  }
}
