import Engine
import FarmFile
import Foundation
import Logging
import TestSupport
import Testing

@testable import LinuxBackend

@Suite(.inTime) struct LogLimitTests {
  private static func wait(for lines: NotifyRunnerTests.Lines, count: Int) async throws {
    let end = Date(timeIntervalSinceNow: 10)
    while lines.all.count < count, Date() < end { try await Task.sleep(for: .milliseconds(10)) }
  }

  @Test func aFloodOfOneKindIsOneLineAtOnceAndOneASecondLaterWithItsNumber() async throws {
    let lines = NotifyRunnerTests.Lines()
    let limit = LogLimit(Logger(label: "test") { _ in lines })
    for i in 0..<1000 { limit.log(.error, "full \(i)", kind: "disk") }
    limit.log(.warning, "edited", kind: "repair")
    #expect(lines.all == ["error: full 0", "warning: edited"])
    try await Self.wait(for: lines, count: 3)
    #expect(lines.all.last == "error: full 999 (the last of 999 such lines)")
    // The line that was said last starts the next second.
    limit.log(.error, "again", kind: "disk")
    limit.log(.error, "claimed", kind: "claim")
    #expect(lines.all.count == 4 && lines.all.last == "error: claimed")
    try await Self.wait(for: lines, count: 5)
    #expect(lines.all.last == "error: again")
  }

  /// Ten heartbeats a second of which none can be kept; a fight over tables; a kernel that refuses one thing, then
  /// another.
  @Test func whatADriverSaysAgainAndAgainIsLimitedByKind() async throws {
    let lines = NotifyRunnerTests.Lines()
    let log = EventLog(
      logger: Logger(label: "test") { _ in lines }, farm: EventLogTests.farm, node: NodeID(0))
    let moment = DriverMoment(at: MonotonicClock.now, status: .up, view: Digest(rawValue: 1), epoch: Epoch(1))
    for i in 0..<100 {
      for event in [
        DriverEvent.cannotStore("\(i)"), .repaired("\(i)"), .kernelRefused("\(i)"), .kernelRecovered,
      ] {
        log.note(event, moment)
      }
    }
    #expect(lines.all.count == 4)
    try await Self.wait(for: lines, count: 8)
    #expect(
      lines.all.count == 8 && lines.all.filter { $0.hasSuffix("(the last of 99 such lines)") }.count == 4)
  }
}
