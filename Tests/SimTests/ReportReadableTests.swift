import Engine
import Testing

@testable import Sim

@Suite struct ReportReadableTests {
  @Test(arguments: [
    (0.0, "0 s"), (0.517, "517 ms"), (0.5174, "517 ms"), (0.9997, "1 s"), (0.000_9996, "1 ms"),
    (12.34, "12.3 s"),
    (1.0, "1 s"), (75.4, "75.4 s"), (1250, "1,250 s"), (1144.25, "1,144 s"), (0.000_31, "310 µs"),
    (1.5e-8, "15 ns"),
    (-0.02, "-20 ms"),
  ])
  func timesHaveThreeDigitsAndAUnit(_ seconds: Double, _ text: String) {
    #expect(Readable.time(seconds) == text)
  }

  /// What is at least so long is not rounded up beside what it is a part of.
  @Test(arguments: [
    (1.756, "1.75 s"), (0.8571, "857 ms"), (39.9996, "39.9 s"), (40.0, "40 s"), (0.29, "290 ms"),
    (0.9999, "999 ms"), (1144.9, "1,144 s"), (0.0, "0 s"),
  ])
  func lowerBoundsAreNeverRoundedUp(_ seconds: Double, _ text: String) {
    #expect(Readable.atLeast(seconds) == "at least \(text)")
    #expect(Readable.measured(Measured(seconds, isCensored: true), .seconds) == "at least \(text)")
  }

  @Test func countsAndBucketSecondsAreLowerBoundsToo() {
    #expect(Readable.measured(Measured(2848, isCensored: true), .count) == "at least 2,848")
    #expect(
      Readable.measured(Measured(12.39, isCensored: true), .bucketSeconds)
        == "at least 12.3 bucket-seconds")
    #expect(Readable.measured(Measured(12.39), .bucketSeconds) == "12.4 bucket-seconds")
  }

  @Test func valuesHaveTheirUnits() {
    #expect(Readable.value(12.345, .bucketSeconds) == "12.3 bucket-seconds")
    #expect(Readable.value(1_234_567, .count) == "1,234,567")
    #expect(Readable.value(-1234, .count) == "-1,234")
    #expect(Readable.value(0.998712, .share) == "0.9987")
    #expect(Readable.value(11.11, .perSecond) == "11.1/s")
    #expect(Readable.value(nil, .seconds) == "–")
    #expect(Readable.value(.nan, .seconds) == "–")
    #expect(Readable.setting(.milliseconds(1500)) == "1.5 s")
    #expect(Readable.setting(.seconds(100)) == "100 s")
    #expect(Readable.percent(0.05) == "5 %")
    #expect(Readable.count(1, "bucket") == "1 bucket")
  }
}
