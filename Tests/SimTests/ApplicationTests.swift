import Engine
import FarmFile
import Testing

@testable import Sim

/// Simulated applications, the checkers that look at them, and what clients meet.
@Suite struct ApplicationTests {
  static func farm(
    checkers: String = "[{http: \"http://127.0.0.1/\", interval: 1 s, timeout: 500 ms, threshold: 3}]",
    application: String = "{restart: x, stop: x, start: x, start_time: 2 s}", faults: String,
    seconds: Int = 60, traffic: String = "{arrivals: 200/s, clients: 2000}", commit: String = "1 ms",
    life: String = ""
  ) throws -> Scenario {
    try Scenario.read(
      text: """
        farm: {nodes: 4, virtual_ip: 192.0.2.1, rules: [{port: 80, identity: address_port}],
               checkers: \(checkers), application: \(application)\(life)}
        traffic: \(traffic)
        kernel: {commit: \(commit)}
        faults: \(faults)
        run: {duration: \(seconds) s}
        """, name: "test.yaml"
    ).get()
  }

  static func play(_ scenario: Scenario, seed: UInt64 = 1) -> TrialResult {
    Simulation.run(scenario, seed: seed, trial: 0, keepsDetails: true, control: RunControl())
  }

  static func value(_ measure: Measure, _ result: TrialResult) -> Double? {
    result[measure]?.value
  }

  static func story(_ result: TrialResult, contains text: String) -> Bool {
    result.timeline.contains { $0.text.contains(text) }
  }

  /// interval + 2 intervals + time-out, and the commit bound; whatever the phase.
  @Test(arguments: 1...20)
  func aHungApplicationIsOutOfServiceWithinThePromisedTime(seed: Int) throws {
    let at = "\(20_000 + seed * 50) ms"
    let scenario = try ApplicationTests.farm(faults: "[{at: \(at), application_hang: node2}]", seconds: 40)
    let bound = scenario.farm.checkers[0].settings.noticesWithin
    #expect(bound == .milliseconds(3500))
    let result = ApplicationTests.play(scenario, seed: UInt64(seed))
    let outage = try #require(ApplicationTests.value(.applicationOutageMax, result))
    #expect(outage <= 3.505)
    #expect(outage > 2.4)
    #expect(ApplicationTests.value(.doubleOwnerTimeTotal, result) == 0)
    #expect(ApplicationTests.value(.flowsBrokenOutsideFailedNodes, result) == 0)
    // Whoever waits for the hung process hears when that is ended, and nobody meets it in between.
    #expect(ApplicationTests.value(.flowsBroken, result) == 0)
    #expect(try #require(ApplicationTests.value(.flowsReset, result)) > 0)
    #expect(ApplicationTests.value(.connectsRefused, result) == 0)
    #expect(ApplicationTests.story(result, contains: "the application of node2 is restarted"))
    #expect(result.rebalances.count == 2, "out, and back")
  }

  @Test func noCommandIsFollowedBeforeTheKernelHasTheNodeOutOfService() throws {
    let result = ApplicationTests.play(
      try ApplicationTests.farm(
        faults: "[{at: 20 s, application_hang: node2}]", seconds: 40,
        traffic: "{arrivals: 2000/s, clients: 2000}", commit: "4 ms"))
    #expect(ApplicationTests.story(result, contains: "the application of node2 is restarted"))
    #expect(ApplicationTests.value(.connectsRefused, result) == 0)
  }

  /// Of some 1000 connections that node2 had at the crash no kernel knows; some 50 to 100 came after it was back.
  @Test func anApplicationThatEndsTakesNoConnectionAlongThatAnEarlierOneHad() throws {
    let result = ApplicationTests.play(
      try ApplicationTests.farm(
        checkers: "[]", application: "{start_time: 0 s}",
        faults: "[{at: 20 s, for: 1 s, crash: node2}, {at: 24 s, for: 1 s, application_crash: node2}]",
        seconds: 90,
        traffic: "{arrivals: 200/s, clients: 2000, flow: {duration: 30 s, segment_interval: 100 s}}",
        life: ", reset_unknown_segments: false"))
    let broken = try #require(ApplicationTests.value(.flowsBroken, result))
    let reset = try #require(ApplicationTests.value(.flowsReset, result))
    #expect(broken > 800, "\(broken)")
    #expect(reset > 20 && reset < 300, "\(reset)")
  }

  @Test func aTCPConnectDoesNotNoticeAHangAndTheOutageLasts() throws {
    let result = ApplicationTests.play(
      try ApplicationTests.farm(
        checkers: "[{tcp: 80}, {process: nginx}]",
        faults: "[{at: 20 s, for: 25 s, application_hang: node2}]"))
    let outage = try #require(ApplicationTests.value(.applicationOutageMax, result))
    #expect(abs(outage - 25) < 0.001)
    #expect(!ApplicationTests.story(result, contains: "fails"))
  }

  @Test(arguments: ["{tcp: 80}", "{process: nginx}", "{command: x}"])
  func everyCheckOfTheApplicationNoticesACrash(checker: String) throws {
    let result = ApplicationTests.play(
      try ApplicationTests.farm(checkers: "[\(checker)]", faults: "[{at: 20 s, application_crash: node2}]"))
    let outage = try #require(ApplicationTests.value(.applicationOutageMax, result))
    #expect(outage <= 3.005 && outage > 1.9, "three intervals")
    #expect(try #require(ApplicationTests.value(.connectsRefused, result)) > 50)
    #expect(try #require(ApplicationTests.value(.flowsReset, result)) > 0)
    #expect(ApplicationTests.value(.flowsBrokenOutsideFailedNodes, result) == 0)
  }

  @Test func slowIsNoticedBeyondTheTimeOutOnly() throws {
    let slow = ApplicationTests.play(
      try ApplicationTests.farm(
        faults: "[{at: 20 s, for: 20 s, application_slow: {node: node2, delay: 400 ms}}]"))
    #expect(!ApplicationTests.story(slow, contains: "fails"))
    let slower = ApplicationTests.play(
      try ApplicationTests.farm(
        checkers: "[{http: \"http://127.0.0.1/\", timeout: 500 ms, action: wait}]",
        faults: "[{at: 20 s, for: 20 s, application_slow: {node: node2, delay: 600 ms}}]"))
    #expect(ApplicationTests.story(slower, contains: "of node2 fails"))
    #expect(ApplicationTests.story(slower, contains: "of node2 succeeds"))
    #expect(ApplicationTests.value(.applicationOutageMax, slower) == 0, "slow clients are served")
  }

  @Test func whatNoRestartHealsKeepsTheNodeOutUntilItIsResumed() throws {
    let scenario = try ApplicationTests.farm(
      application: "{restart: x, stop: x, start: x, start_time: 1 s, maxloop: 2}",
      faults: "[{at: 20 s, for: 40 s, application_crash: node2}, {at: 80 s, resume: node2}]", seconds: 100)
    let result = ApplicationTests.play(scenario)
    let restarts = result.timeline.filter { $0.text == "the application of node2 is restarted" }
    #expect(restarts.count == 2)
    #expect(
      ApplicationTests.story(result, contains: "stays out until it is resumed: it was restarted too often"))
    let ups = result.timeline.filter { $0.text == "node2 is up" }.map(\.at)
    #expect(ups.count == 2)
    #expect(try #require(ups.last) > .zero + .seconds(80))
  }

  @Test func waitLeavesTheApplicationAlone() throws {
    let result = ApplicationTests.play(
      try ApplicationTests.farm(
        checkers: "[{http: \"http://127.0.0.1/\", action: wait}]",
        faults: "[{at: 20 s, for: 20 s, application_hang: node2}]"))
    #expect(!ApplicationTests.story(result, contains: "the application of node2 is"))
    #expect(ApplicationTests.story(result, contains: "of node2 succeeds"))
  }

  @Test func withoutCheckersTheOutageIsTheFaults() throws {
    let result = ApplicationTests.play(
      try ApplicationTests.farm(
        checkers: "[]", application: "{start_time: 3 s}",
        faults: "[{at: 20 s, for: 10 s, application_crash: node2}]"))
    let outage = try #require(ApplicationTests.value(.applicationOutageMax, result))
    #expect(abs(outage - 13) < 0.001, "ten seconds, and three to start")
    let total = try #require(ApplicationTests.value(.applicationOutageTotal, result))
    #expect(abs(total - 13 * 64) < 0.1, "64 buckets")
    #expect(ApplicationTests.value(.viewChanges, result) == 0)
  }

  @Test func aMachineThatComesBackServesOnceItsApplicationHasStarted() throws {
    let result = ApplicationTests.play(
      try ApplicationTests.farm(
        application: "{restart: x, start_time: 6 s}", faults: "[{at: 20 s, for: 5 s, crash: node2}]"))
    #expect(ApplicationTests.value(.applicationOutageMax, result) == 0)
    let ups = result.timeline.filter { $0.text == "node2 is up" }.map(\.at)
    #expect(try #require(ups.last) >= .zero + .seconds(31))
  }

  @Test func aDaemonThatStallsDoesNotBlameTheApplication() throws {
    let result = ApplicationTests.play(
      try ApplicationTests.farm(
        checkers: "[{http: \"http://127.0.0.1/\", threshold: 1}]",
        faults: "[{at: 20 s, for: 10 s, stall: node2}, {at: 40 s, for: 10 s, pause: node3}]"))
    #expect(!ApplicationTests.story(result, contains: "fails"))
  }

  @Test func requestsToAnApplicationThatHangsAreNotAnswered() throws {
    let scenario = try Scenario.read(
      text: """
        farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{protocol: udp, port: 53, identity: address_port}]}
        traffic: {arrivals: 200/s, clients: 2000, flow: {retries: [1 s]}}
        faults: [{at: 20 s, for: 20 s, application_hang: node2}]
        """, name: "test.yaml"
    ).get()
    let result = ApplicationTests.play(scenario)
    let failed = try #require(ApplicationTests.value(.requestsFailed, result))
    #expect(failed > 1500 && failed < 2100, "half of 200 requests a second for 20 s, \(failed)")
  }

  @Test func whereNothingConcernsApplicationsNothingIsMeasuredOfThem() throws {
    let result = ApplicationTests.play(
      try ApplicationTests.farm(checkers: "[]", faults: "[{at: 20 s, crash: node2}]", seconds: 30))
    #expect(ApplicationTests.value(.applicationOutageMax, result) == nil)
    #expect(ApplicationTests.value(.connectsRefused, result) == nil)
  }

  @Test func aMachineWithoutPowerHasNoApplicationFault() {
    #expect(throws: FileProblems.self) {
      try ApplicationTests.farm(
        faults: "[{at: 20 s, crash: node2}, {at: 30 s, application_hang: node2}]")
    }
  }
}
