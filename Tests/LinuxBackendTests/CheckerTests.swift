import Engine
import FarmFile
import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import LinuxBackend

/// Real probes of real servers and processes on loopback.
@Suite(.serialized, .inTime) struct CheckerRunnerTests {
  static let loopback = IPAddress(v4: 0x7f00_0001)

  static func http(_ server: TestServer, expected: [ClosedRange<Int>] = [200...299]) -> Probe {
    .http(
      HTTPProbe(
        address: loopback, port: server.port, path: "/health?x", host: "shop.example", expected: expected))
  }

  @Test func aServerThatAcceptsAndNeverAnswersIsOutWithinThePromisedTime() async throws {
    let server = try await TestServer()
    let checker = CheckerBench.checker(CheckerRunnerTests.http(server))
    let bench = try await CheckerBench([checker])
    bench.runner.start(isServing: false)
    #expect(await bench.wait(for: true) != nil)
    for _ in 0..<5 {
      server.become(.silent)
      let hungAt = MonotonicClock.now
      let out = await bench.wait(for: false, after: hungAt)
      // Allows for the time that two busy cores add.
      #expect(out.map { $0 - hungAt <= checker.settings.noticesWithin + .milliseconds(500) } == true)
      server.become(.good)
      #expect(await bench.wait(for: true, after: MonotonicClock.now) != nil)
    }
    // The server may see a new connection before it sees the end of the last one.
    #expect(server.connections.withLock { $0.most } <= 2, "a probe that hung has closed its connection")
    #expect(server.hosts.withLock { $0.first } == "/health?x shop.example")
    await bench.runner.stop()
    try await server.close()
  }

  @Test func aStatusThatIsNotExpectedIsAFailure() async throws {
    let server = try await TestServer()
    let bench = try await CheckerBench([CheckerBench.checker(CheckerRunnerTests.http(server))])
    let other = try await CheckerBench([
      CheckerBench.checker(CheckerRunnerTests.http(server, expected: [500...500]))
    ])
    server.become(.broken)
    bench.runner.start(isServing: true)
    other.runner.start(isServing: false)
    #expect(await bench.wait(for: false) != nil)
    #expect(try await bench.runner.report().checkers.first?.reason == "status 500")
    #expect(await other.wait(for: true) != nil)
    await bench.runner.stop()
    await other.runner.stop()
    try await server.close()
  }

  @Test func aTCPConnectFindsAClosedPortAndIsContentWithAServerThatHangs() async throws {
    let server = try await TestServer()
    server.become(.silent)
    let bench = try await CheckerBench([
      CheckerBench.checker(.tcp(CheckerRunnerTests.loopback, port: server.port))
    ])
    bench.runner.start(isServing: false)
    #expect(await bench.wait(for: true) != nil)
    try await Task.sleep(nanoseconds: 400_000_000)
    #expect(bench.reports == [false, true])
    try await server.close()
    #expect(await bench.wait(for: false) != nil)
    #expect(try await bench.runner.report().checkers.first?.reason == "connection refused")
    await bench.runner.stop()
  }

  @Test func whatACheckerFoundAndDidIsCountedOverANewFileToo() async throws {
    let server = try await TestServer()
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let probe = CheckerRunnerTests.http(server)
    let checker = CheckerBench.checker(probe, action: .restart)
    let application = ApplicationSettings(
      restart: ShellCommand(line: "touch \(folder)/restarted"), startTime: .milliseconds(10),
      maximumActions: 5)
    let bench = try await CheckerBench([checker], application)
    bench.runner.start(isServing: false)
    #expect(await bench.wait(for: true) != nil)
    var entry = try #require(try await bench.runner.report().checkers.first)
    #expect(entry.runs >= 1 && entry.failures == 0 && entry.secondsSinceFailure == nil)
    #expect(entry.actions.allSatisfy { $0.count == 0 } && entry.actions.count == 4)
    #expect(try #require(entry.secondsOfRun) < 0.4)
    server.become(.silent)
    #expect(await bench.wait(for: false) != nil)
    for _ in 0..<500 where !FileManager.default.fileExists(atPath: folder + "/restarted") {
      try await Task.sleep(nanoseconds: 10_000_000)
    }
    server.become(.good)
    #expect(await bench.wait(for: true, after: MonotonicClock.now) != nil)
    entry = try #require(try await bench.runner.report().checkers.first)
    #expect(entry.failures >= 2 && entry.runs >= entry.failures + 2, "\(entry)")
    #expect(entry.actions.first { $0.name == "restart" }.map { $0.count > 0 } == true, "\(entry)")
    #expect(try #require(entry.secondsSinceFailure) < 30)
    // A probe without an answer takes its whole time-out.
    server.become(.silent)
    #expect(await bench.wait(for: false, after: MonotonicClock.now) != nil)
    let silent = try #require(try await bench.runner.report().checkers.first)
    #expect(try #require(silent.secondsOfRun) > 0.39)
    // A checker that keeps its name keeps its counts.
    var other = CheckerBench.checker(.ping(CheckerRunnerTests.loopback))
    other.name = "other"
    bench.runner.replace(CheckerBench.farm([checker, other]))
    let next = try await bench.runner.report().checkers
    #expect(next[0].failures >= silent.failures && next[1].failures == 0)
    await bench.runner.stop()
    try await server.close()
  }

  @Test func aProcessThatIsGoneIsMissedAndAZombieCountsAsGone() async throws {
    let name = "farmd-\(UInt16.random(in: .min ... .max))"
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = folder.appendingPathComponent(name).path
    try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: program)
    let child = Process()
    child.executableURL = URL(fileURLWithPath: program)
    child.arguments = ["1000"]
    try child.run()
    let bench = try await CheckerBench([CheckerBench.checker(.process(name))])
    bench.runner.start(isServing: false)
    #expect(await bench.wait(for: true) != nil)
    kill(child.processIdentifier, SIGKILL)
    #expect(await bench.wait(for: false) != nil)
    child.waitUntilExit()
    await bench.runner.stop()
  }

  @Test func aLongNameOfAProcessIsComparedInFull() async throws {
    let folder = FileManager.default.temporaryDirectory
    let name = "farmd-checker-with-a-long-name-\(UInt16.random(in: .min ... .max))"
    let program = folder.appendingPathComponent(name).path
    try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: program)
    defer { try? FileManager.default.removeItem(atPath: program) }
    let child = Process()
    child.executableURL = URL(fileURLWithPath: program)
    child.arguments = ["1000"]
    try child.run()
    // The process has its name only once it is more than a copy of this one.
    #expect(await CheckerRunnerTests.wait { RunningProcess.check(name).result == .ok })
    #expect(RunningProcess.check("farmd-checker-with-a-long-name-x").result == .failed)
    kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()
    #expect(RunningProcess.check(name).result == .failed)
  }

  @Test(arguments: ["sleep MARK & sleep MARK; true", "setsid --wait sleep MARK; true"])
  func aCommandThatSleepsIsKilledWithAllItBeganWhateverGroupThatIsIn(line: String)
    async throws
  {
    let mark = "\(100_000 + UInt32.random(in: 0..<900_000))"
    let checker = CheckerBench.checker(
      .command(ShellCommand(line: line.replacing("MARK", with: mark))), timeout: 80)
    let bench = try await CheckerBench([checker])
    let at = MonotonicClock.now
    bench.runner.start(isServing: true)
    let out = await bench.wait(for: false)
    #expect(out.map { $0 - at <= checker.settings.noticesWithin + .milliseconds(500) } == true)
    await bench.runner.stop()
    // Processes that were killed without their group are not reaped by this process.
    #expect(
      await CheckerRunnerTests.wait { !CheckerRunnerTests.isRunning("sleep", mark) }, "nothing of it is left")
  }

  static func wait(until holds: () -> Bool) async -> Bool {
    let end = MonotonicClock.now + .seconds(30)
    while !holds() {
      if MonotonicClock.now >= end { return false }
      try? await Task.sleep(nanoseconds: 10_000_000)
    }
    return true
  }

  static func isRunning(_ words: String...) -> Bool {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.contains { entry in
      guard Int(entry) != nil, let line = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline")
      else {
        return false
      }
      let found = String(decoding: line, as: UTF8.self).split(separator: "\0").map(String.init)
      return found == words
    }
  }

  @Test func aCommandsExitCodeDecidesAndAProgramThatIsNotThereIsAFailure() async throws {
    let flag = FileManager.default.temporaryDirectory.appendingPathComponent(
      "flag-\(UInt32.random(in: .min ... .max))")
    #expect(FileManager.default.createFile(atPath: flag.path, contents: nil))
    let bench = try await CheckerBench([
      CheckerBench.checker(.command(ShellCommand(words: ["/usr/bin/test", "-e", flag.path])), timeout: 1000)
    ])
    bench.runner.start(isServing: false)
    #expect(await bench.wait(for: true) != nil)
    try FileManager.default.removeItem(at: flag)
    #expect(await bench.wait(for: false) != nil)
    #expect(try await bench.runner.report().checkers.first?.reason == "exit code 1")
    await bench.runner.stop()
    let missing = ChildProcess(ShellCommand(words: ["/no/such/program"]), isOrder: false)
    #expect(missing.wait() == .failed("/no/such/program: No such file or directory"))
    let killed = ChildProcess(ShellCommand(line: "kill -TERM $$"), isOrder: false)
    #expect(killed.wait() == .signal(SIGTERM))
  }

  @Test func aCommandGetsNoneOfTheDaemonsHandles() {
    let handle = open("/dev/null", O_RDONLY)
    defer { close(handle) }
    let child = ChildProcess(ShellCommand(line: "test ! -e /proc/self/fd/\(handle)"), isOrder: false)
    #expect(child.wait() == .exit(0))
  }

  @Test func restartRunsTheApplicationsCommandWhileTheNodeIsOutAndItIsBack() async throws {
    let server = try await TestServer()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "restart-\(UInt32.random(in: .min ... .max))")
    let application = ApplicationSettings(
      restart: ShellCommand(line: "touch \(folder.path)"), startTime: .seconds(1), timeout: .seconds(5))
    let bench = try await CheckerBench(
      [CheckerBench.checker(CheckerRunnerTests.http(server), action: .restart)], application)
    bench.runner.start(isServing: true)
    server.become(.silent)
    #expect(await bench.wait(for: false) != nil)
    #expect(await CheckerRunnerTests.wait { FileManager.default.fileExists(atPath: folder.path) })
    server.become(.good)
    #expect(await bench.wait(for: true) != nil)
    try? FileManager.default.removeItem(at: folder)
    await bench.runner.stop()
    try await server.close()
  }

  @Test func noCommandIsRunBeforeTheNodeIsOutOfService() async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "command-\(UInt32.random(in: .min ... .max))")
    let followed = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
    let bench = try await CheckerBench(
      [CheckerBench.checker(.process("no-such-process"), action: .restart)],
      ApplicationSettings(restart: ShellCommand(line: "touch \(file.path)")), followed: followed.futureResult)
    bench.runner.start(isServing: true)
    #expect(await bench.wait(for: false) != nil)
    try await Task.sleep(nanoseconds: 300_000_000)
    #expect(!FileManager.default.fileExists(atPath: file.path))
    followed.succeed()
    #expect(await CheckerRunnerTests.wait { FileManager.default.fileExists(atPath: file.path) })
    try? FileManager.default.removeItem(at: file)
    await bench.runner.stop()
  }

  @Test func tooManyRestartsAndTheNodeStaysOutUntilItIsResumed() async throws {
    let server = try await TestServer()
    server.become(.broken)
    let application = ApplicationSettings(
      restart: ShellCommand(line: "true"), startTime: .zero, timeout: .seconds(5), maximumActions: 1)
    let bench = try await CheckerBench(
      [CheckerBench.checker(CheckerRunnerTests.http(server), action: .restart)], application)
    bench.runner.start(isServing: true)
    let end = MonotonicClock.now + .seconds(5)
    while try await !bench.runner.report().isHeldOut, MonotonicClock.now < end {
      try await Task.sleep(nanoseconds: 10_000_000)
    }
    server.become(.good)
    try await Task.sleep(nanoseconds: 400_000_000)
    #expect(bench.reports == [true, false])
    let at = MonotonicClock.now
    bench.runner.resume()
    #expect(await bench.wait(for: true, after: at) != nil)
    await bench.runner.stop()
    try await server.close()
  }

  @Test func anApplicationCommandThatHangsIsKilledAtItsTimeOut() async throws {
    let mark = "\(100_000 + UInt32.random(in: 0..<900_000))"
    let application = ApplicationSettings(
      restart: ShellCommand(line: "sleep \(mark)"), timeout: .seconds(1))
    let bench = try await CheckerBench(
      [CheckerBench.checker(.process("no-such-process"), action: .restart)], application)
    bench.runner.start(isServing: true)
    #expect(await bench.wait(for: false) != nil)
    #expect(await CheckerRunnerTests.wait { CheckerRunnerTests.isRunning("sleep", mark) })
    #expect(await CheckerRunnerTests.wait { !CheckerRunnerTests.isRunning("sleep", mark) })
    await bench.runner.stop()
  }

  @Test func otherCheckersOfAFileReadAgainTakeOverWithoutABreakInService() async throws {
    let server = try await TestServer()
    let bench = try await CheckerBench([CheckerBench.checker(CheckerRunnerTests.http(server))])
    bench.runner.start(isServing: false)
    #expect(await bench.wait(for: true) != nil)
    bench.runner.replace(CheckerBench.farm([CheckerBench.checker(.process("no-such-process"))]))
    #expect(await bench.wait(for: false) != nil)
    #expect(bench.reports == [false, true, true, false])
    await bench.runner.stop()
    try await server.close()
  }

  @Test(.enabled(if: geteuid() == 0, "ICMP needs root or net.ipv4.ping_group_range"))
  func anAddressThatAnswersIsToldFromOneThatDoesNot() {
    #expect(Ping.failure(of: CheckerRunnerTests.loopback, within: .seconds(1)) == nil)
    #expect(Ping.failure(of: IPAddress(v6: 0, 1), within: .seconds(1)) == nil)
    // Reserved for documentation: not routed, or refused at once.
    let at = MonotonicClock.now
    #expect(Ping.failure(of: IPAddress(v4: 0xc000_02fe), within: .milliseconds(200)) != nil)
    #expect(MonotonicClock.now - at < .milliseconds(400))
  }

  @Test func loopbackIsUpAndWhatIsNotThereIsSaidSo() {
    #expect(NetworkInterface.check("lo").result == .ok)
    #expect(NetworkInterface.check("nosuchif0") == .failed("there is no nosuchif0"))
  }

  @Test(.enabled(if: geteuid() == 0, "making an interface needs root"))
  func anInterfaceThatGoesDownIsMissedInItsOwnNamespace() throws {
    /// The reason in a namespace of its own, after a script.
    func state(_ script: String) throws -> String {
      let namespace = try TestNamespace()
      try namespace.shell(script)
      return try namespace.run { NetworkInterface.check("probe0") }.reason
    }
    #expect(
      try state("ip link add probe0 type veth peer name peer0; ip link set probe0 up; ip link set peer0 up")
        == "")
    #expect(
      try state("ip link add probe0 type veth peer name peer0; ip link set probe0 up") == "it has no carrier")
    #expect(try state("ip link add probe0 type veth peer name peer0") == "it is down")
  }
}
