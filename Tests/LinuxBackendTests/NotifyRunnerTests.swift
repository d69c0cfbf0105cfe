import Engine
import FarmFile
import Foundation
import Logging
import Synchronization
import Testing

@testable import LinuxBackend

/// Real runs of real commands.
@Suite(.serialized) struct NotifyRunnerTests {
  /// A runner, a folder for its command, and the lines that it logs.
  final class Bench: Sendable {
    let folder: String
    let runner: NotifyRunner
    let lines: Lines

    /// - Parameter script: `OUT` stands for a file in the folder.
    init(_ script: String, timeout: Duration = .seconds(20)) throws {
      let (place, said) = (try IncarnationStoreTests.folder(), Lines())
      (folder, lines) = (place, said)
      runner = NotifyRunner(
        farm: Self.farm(script.replacing("OUT", with: place + "/out"), timeout), node: NodeID(0),
        logger: Logger(label: "test") { _ in said })
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static func farm(_ script: String, _ timeout: Duration) -> Farm {
      var farm = CheckerBench.farm([])
      farm.notify = NotifySettings(command: ShellCommand(line: script), timeout: timeout)
      return farm
    }

    var out: String { (try? String(contentsOfFile: folder + "/out", encoding: .utf8)) ?? "" }

    func tell(_ kind: FarmEventKind, member: Int? = nil, at ms: Int = 0) {
      var event = FarmEvent(kind)
      event.member = member.map { NodeID($0) }
      let moment = DriverMoment(
        at: .zero + .milliseconds(ms), status: .up, view: Digest(rawValue: 0xab), epoch: Epoch(7))
      runner.note(.farm(event), moment)
    }

    func wait(_ seconds: Double = 15, _ isSo: () -> Bool) async -> Bool {
      let end = Date(timeIntervalSinceNow: seconds)
      while !isSo() {
        if Date() > end { return false }
        try? await Task.sleep(nanoseconds: 5_000_000)
      }
      return true
    }
  }

  /// Keeps the lines that are logged.
  final class Lines: LogHandler, Sendable {
    private let said = Mutex<[String]>([])
    var all: [String] { said.withLock { $0 } }
    func log(event: LogEvent) { said.withLock { $0.append("\(event.level): \(event.message)") } }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { nil }
      set {}
    }
    var metadata: Logger.Metadata {
      get { [:] }
      set {}
    }
    var logLevel: Logger.Level {
      get { .trace }
      set {}
    }
  }

  @Test func aCommandReadsOneJSONObjectOnOneLineOneRunAnEventInOrder() async throws {
    let bench = try Bench("cat >> OUT; pwd >> OUT")
    let before = Date()
    bench.tell(.memberRemoved, member: 0)
    bench.tell(.inService)
    #expect(await bench.wait { bench.out.split(separator: "\n").count == 4 })
    await bench.runner.stop()
    let lines = bench.out.split(separator: "\n").map(String.init)
    let first = try ControlJSON.read(NotifyMessage.self, from: lines[0].utf8)
    #expect(first.event == "member_removed" && first.member == "node1" && first.node == "node1")
    #expect(first.status == "up" && first.view == "00000000000000ab" && first.epoch == 7 && first.farm == 1)
    #expect(first.text == "node1 misses node1: nobody has heard it in time" && first.dropped == 0)
    #expect(first.time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(first.time)")
    let time = try Date(first.time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    #expect(abs(time.timeIntervalSince(before)) < 10)
    // Fields that do not apply to the event are left out.
    let object = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "dropped", "epoch", "event", "farm", "member", "node", "status", "text", "time", "view",
      ])
    #expect(try ControlJSON.read(NotifyMessage.self, from: lines[2].utf8).event == "in_service")
    #expect(lines[1] == "/" && lines[3] == "/")
    #expect(bench.lines.all == [])
  }

  @Test func aRunThatFailsIsOneLineInTheLogWithTheBeginningOfWhatItComplains() async throws {
    let bench = try Bench(
      "cat > /dev/null; echo no such pager >&2; seq 100000 >&2; exit 3")
    bench.tell(.hole)
    #expect(await bench.wait { bench.lines.all.count == 1 })
    await bench.runner.stop()
    let line = try #require(bench.lines.all.first)
    #expect(line.hasPrefix("error: notify: "))
    #expect(line.contains(" for hole: exit code 3: no such pager | 1 | 2 | 3"))
    #expect(line.utf8.count < 3000 && !line.contains("\n"), "\(line.utf8.count)")
    let gone = try Bench("x")
    var farm = CheckerBench.farm([])
    farm.notify = NotifySettings(command: ShellCommand(words: ["/no/such/program"]))
    gone.runner.replace(farm)
    gone.tell(.double)
    #expect(await gone.wait { gone.lines.all.count == 1 })
    #expect(gone.lines.all.first?.contains("for double: /no/such/program: No such file or directory") == true)
    await gone.runner.stop()
  }

  /// A command that hangs is killed at its time-out with all that it started, and the next one runs.
  @Test
  func aCommandThatHangsIsKilledWithAllThatItStartedAndTheNextRuns()
    async throws
  {
    let bench = try Bench(
      "read line; case $line in *hole_over*) echo done >> OUT;; *) sleep 1000 & echo $! > OUT.child; wait;; esac",
      timeout: .milliseconds(300))
    let start = MonotonicClock.now
    bench.tell(.hole)
    bench.tell(.holeOver)
    #expect(await bench.wait { bench.out == "done\n" })
    #expect(MonotonicClock.now - start >= .milliseconds(300))
    #expect(
      bench.lines.all.count == 1 && bench.lines.all[0].hasSuffix("for hole: no answer in time"),
      "\(bench.lines.all)")
    let child = try String(contentsOfFile: bench.folder + "/out.child", encoding: .utf8)
    let pid = try #require(Int32(child.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(await bench.wait { kill(pid, 0) != 0 })
    await bench.runner.stop()
  }

  @Test(arguments: [
    "setsid --wait sh -c 'echo $$ > OUT; exec sleep 1000'",
    "setsid sh -c 'echo $$ > OUT; exec sleep 1000' & wait",
  ])
  func whatHasLeftTheGroupOfACommandThatHangsIsKilledWithIt(script: String) async throws {
    let bench = try Bench("cat > /dev/null; \(script)", timeout: .milliseconds(500))
    bench.tell(.hole)
    #expect(await bench.wait { bench.lines.all.count == 1 })
    #expect(bench.lines.all[0].hasSuffix("for hole: no answer in time"), "\(bench.lines.all)")
    let pid = try #require(Int32(bench.out.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(await bench.wait(5) { kill(pid, 0) != 0 }, "\(pid) runs on")
    await bench.runner.stop()
  }

  @Test func whatACommandStartsInAGroupOfItsOwnOutlivesIt() async throws {
    let bench = try Bench(
      "cat > /dev/null; setsid sh -c 'echo $$ > OUT; exec sleep 1000' > /dev/null 2>&1 & while [ ! -s OUT ]; do sleep 0.01; done"
    )
    bench.tell(.hole)
    #expect(await bench.wait { !bench.out.isEmpty })
    await bench.runner.stop()
    let pid = try #require(Int32(bench.out.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(pid, 0) == 0 && bench.lines.all == [], "\(bench.lines.all)")
    kill(pid, SIGKILL)
  }

  /// Ten thousand events in a burst cost nobody time, stay bounded, and what was dropped is said.
  @Test func tenThousandEventsInABurstCostNobodyTimeAndStayBounded()
    async throws
  {
    let bench = try Bench("cat >> OUT; sleep 0.02")
    let start = MonotonicClock.now
    for i in 0..<10_000 { bench.tell(i == 9_999 ? .inService : .memberBack, member: 0, at: i) }
    let spent = MonotonicClock.now - start
    #expect(spent < .seconds(2), "\(spent)")
    #expect(await bench.wait(60) { bench.out.contains("in_service") })
    await bench.runner.stop()
    let messages = try bench.out.split(separator: "\n").map {
      try ControlJSON.read(NotifyMessage.self, from: $0.utf8)
    }
    #expect(
      messages.count >= NotifyRunner.capacity && messages.count <= NotifyRunner.capacity + 50,
      "\(messages.count)")
    #expect(messages.last?.event == "in_service")
    #expect(messages.map(\.dropped).reduce(0, +) + messages.count == 10_000)
    let said = bench.lines.all.compactMap {
      $0.firstMatch(of: /notify: (\d+) events were dropped/).flatMap { Int($0.1) }
    }
    #expect(said.reduce(0, +) + messages.count == 10_000)
  }

  /// Nothing is left at the end: what runs is ended, and its last words have had a moment.
  @Test func nothingIsLeftAtTheEndAndLastWordsHaveHadAMoment()
    async throws
  {
    let quick = try Bench("sleep 0.2; cat >> OUT")
    quick.tell(.outOfService)
    await quick.runner.stop()
    #expect(quick.out.contains("out_of_service"), "told before the end")
    quick.tell(.hole)
    #expect(quick.lines.all == [])

    let slow = try Bench("echo $$ > OUT; exec sleep 1000", timeout: .seconds(600))
    slow.tell(.hole)
    slow.tell(.holeOver)
    let start = MonotonicClock.now
    await slow.runner.stop()
    let spent = MonotonicClock.now - start
    #expect(spent >= NotifyRunner.lastWords && spent < NotifyRunner.lastWords + .seconds(3), "\(spent)")
    let pid = try #require(Int32(slow.out.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(pid, 0) != 0)
    #expect(slow.lines.all.contains { $0.contains("1 events were not told any more") })
  }

  @Test func aCommandHasAnOrdinaryPriorityAndNoDescriptorOfOurs() async throws {
    let bench = try Bench(
      "cat > /dev/null; set -- /proc/self/fd/*; echo $# > OUT; cut -d' ' -f18,19,40,41 /proc/self/stat >> OUT"
    )
    bench.tell(.hole)
    #expect(await bench.wait { bench.out.split(separator: "\n").count == 2 })
    await bench.runner.stop()
    let lines = bench.out.split(separator: "\n")
    // Its three standard descriptors, and the one that lists them.
    #expect(lines.first == "4")
    // Priority 20, niceness 0, real-time priority 0, policy SCHED_OTHER.
    #expect(lines.last == "20 0 0 0")
  }
}
