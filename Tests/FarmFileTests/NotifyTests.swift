import Engine
import Testing

@testable import FarmFile

struct NotifyTests {
  static let settings = NotifySettings(command: ShellCommand(words: ["/usr/local/bin/farm-event", "--json"]))

  @Test func everyKeyChangesItsSetting() {
    let (block, lines) = FarmBlockTests.read(FarmBlockTests.everyKey)
    #expect(lines.isEmpty)
    var expected = Self.settings
    (expected.events, expected.hole, expected.timeout) = ([.tookOver, .hole], .seconds(3), .seconds(1))
    #expect(block?.farm.notify == expected)
  }

  @Test func byDefaultNobodyIsToldAndWhoeverIsHearsOfEverything() {
    #expect(CheckerTests.read("").farm?.notify == nil)
    let (farm, lines) = CheckerTests.read("notify: {command: [/usr/local/bin/farm-event, --json]}")
    #expect(lines.isEmpty)
    #expect(farm?.notify == Self.settings)
    #expect(farm?.notify?.events == FarmEventKind.allCases)
    let one = CheckerTests.read("notify: {command: logger farm, events: hole_over}").farm?.notify
    #expect(one == NotifySettings(command: ShellCommand(line: "logger farm"), events: [.holeOver]))
  }

  @Test func theDigestThatNodesCompareLeavesItOutAndNodesMayDiffer() {
    let with = CheckerTests.read("notify: {command: x}").farm
    #expect(with?.settings.digest == CheckerTests.read("").farm?.settings.digest)
  }

  @Test func everyMistakeIsToldAtOnceWithItsPlaceAndTheNearestName() {
    let lines = CheckerTests.read(
      """
      notify:
        comand: x
        events: [took_ovr, hole, hole, 7]
        hole: 2
        timeout: 2 h
      """
    ).lines
    #expect(
      lines == [
        "f:4:3: unknown key 'comand'; did you mean 'command'?",
        "f:5:12: unknown event 'took_ovr'; did you mean 'took_over'?",
        "f:5:28: event 'hole' is listed twice",
        "f:5:34: unknown event '7'; expected \(Self.listed)",
        "f:6:9: '2' has no unit; expected a time, such as '100 ms' (ns, us, ms, s, min, h)",
        "f:7:12: 'timeout' is out of range: 2 h; expected 10 ms to 1 h",
      ], "\(lines.joined(separator: "\n"))")
    #expect(
      CheckerTests.read("notify: {command: [farm-event], events: []}").lines == [
        "f:3:19: 'farm-event' is no absolute path; expected a command line, or a list of a program's absolute path and its arguments",
        "f:3:41: no event; expected at least one, or no 'events' for all of them",
      ])
    #expect(CheckerTests.read("notify: farm-event").lines.count == 1)
  }

  private static var listed: String {
    let names = FarmEventKind.allCases.map(\.rawValue)
    return names.dropLast().joined(separator: ", ") + " or " + names.last!
  }
}
