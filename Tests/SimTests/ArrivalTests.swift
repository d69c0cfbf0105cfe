import Engine
import Testing

@testable import Sim

/// Arrival processes against their laws.
@Suite struct ArrivalTests {
  private func times(_ model: ArrivalModel, _ count: Int, seed: UInt64 = 1, stream: Int = 0) -> [UInt64] {
    var arrivals = Arrivals(model, seed: seed, trial: 0, stream: stream)
    var times: [UInt64] = []
    var batch = [Arrival](repeating: Arrival(), count: Arrival.batchSize)
    while times.count < count {
      arrivals.draw(into: &batch)
      times += batch.map(\.time)
    }
    return Array(times.prefix(count))
  }

  @Test func poissonGapsAreExponential() throws {
    let times = times(.poisson(rate: 2000), 20_000)
    let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) * 1e-9 }
    let test = try Statistics.kolmogorovSmirnovTest(gaps) { $0 <= 0 ? 0 : 1 - exponential(-2000 * $0) }
    #expect(test.pValue > 0.01)
  }

  @Test func constantStreamsDoNotDrift() {
    // Three a second: no whole number of nanoseconds apart.
    let times = times(.constant(rate: 3), 300_001)
    #expect(times[0] < 333_333_334)
    #expect((99_999_999_999_999...100_000_000_000_001).contains(times[300_000] - times[0]))
    #expect(times[0] != self.times(.constant(rate: 3), 1, stream: 1)[0])
  }

  @Test func onOffStreamsArriveInTheirShareOfTheTime() {
    let on = Duration.milliseconds(100)
    let off = Duration.milliseconds(300)
    let times = times(.onOff(rate: 1000, on: on, off: off), 200_000)
    let rate = 200_000 / (Double(times.last!) * 1e-9)
    // 2,000 periods: the long-run rate is rate * on / (on + off), known to about 3 %.
    #expect(abs(rate - 250) < 25)
    // A silence of 50 ms is an off-period: e^-50 within one, e^(-1/6) of the periods last as long.
    let silences = zip(times.dropFirst(), times).count { $0 - $1 > 50_000_000 }
    let periods = Double(times.last!) * 1e-9 / 0.4
    #expect(abs(Double(silences) / periods - exponential(-50.0 / 300)) < 0.06)
  }

  @Test func aRateOfZeroNeverArrives() {
    #expect(times(.poisson(rate: 0), 50) == [UInt64](repeating: .max, count: 50))
  }

  @Test func streamsAndTrialsAreIndependent() {
    #expect(times(.poisson(rate: 1), 5) == times(.poisson(rate: 1), 5))
    #expect(times(.poisson(rate: 1), 5) != times(.poisson(rate: 1), 5, stream: 1))
    #expect(times(.poisson(rate: 1), 5) != times(.poisson(rate: 1), 5, seed: 2))
  }
}
