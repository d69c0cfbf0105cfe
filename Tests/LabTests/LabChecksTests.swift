import Engine
import FarmFile
import Sim
import Testing

@testable import Lab

/// How a plan treats checkers and faults of applications.
struct LabChecksTests {
  func scenario(_ checkers: String, faults: String = "[]") throws -> Scenario {
    let text = """
      farm:
        nodes: 3
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: 64}}
        rules: [{port: 80}]
        checkers: \(checkers)
        application: {start: systemctl start nginx, restart: systemctl restart nginx}
      faults: \(faults)
      run: {duration: 100 s}
      """
    return try Scenario.read(text: text, name: "checks").get()
  }

  @Test(arguments: [
    ("{ping: 10.1.2.3}", "nobody in the lab has that address"),
    ("{command: pgrep nginx}", "the lab does not know what the command looks at"),
    ("{interface: bond0}", "the interface of a lab's node to the service's network is eth0"),
    ("{http: \"http://192.0.2.100/\"}", "speaks HTTP on 127.0.0.1 and ::1 alone"),
    ("{tcp: \"10.1.2.3:80\"}", "the lab's server is on 127.0.0.1"),
  ])
  func whatCannotBeLookedAtIsRefused(_ checker: String, _ reason: String) throws {
    let refusals = LabPlan(try scenario("[\(checker)]"), repeats: 1).refusals
    #expect(refusals.count == 1 && refusals[0].contains(reason), "\(refusals)")
    #expect(refusals.first?.hasPrefix("checker '") == true)
  }

  @Test func whatIsThereIsLookedAt() throws {
    let all = """
      [{http: "http://127.0.0.1:80/health", expect: 204}, {tcp: "127.0.0.1:80"}, {tcp: "192.0.2.100:80"}, \
      {process: nginx}, {interface: eth0}, {ping: 10.77.0.254}]
      """
    let plan = LabPlan(try scenario(all), repeats: 1)
    #expect(plan.refusals == [])
    let checks = LabChecks(plan.scenario.farm, lab: 7)
    #expect(checks.endpoints.map(\.text) == ["http/127.0.0.1/80/204", "tcp/192.0.2.100/80"])
    let overrides = checks.overrides(for: NodeID(2))
    #expect(overrides.first == Override(path: "farm.checkers.3.process", value: "lab7-2"))
    // Commands that are not configured stay away.
    #expect(overrides.dropFirst().map(\.path) == ["farm.application.start", "farm.application.restart"])
    #expect(overrides.allSatisfy { !$0.value.contains("systemctl") })
  }

  @Test(arguments: ["tcp/192.0.2.100/80", "udp/2001:db8::1/53", "http/127.0.0.1/80/204"])
  func aPlaceIsReadAsItIsWritten(_ text: String) throws {
    #expect(try #require(LabEndpoint(parsing: text)).text == text)
  }

  @Test(arguments: [
    "tcp/192.0.2.100", "http/127.0.0.1/80", "http/127.0.0.1/80/99", "sctp/127.0.0.1/80", "tcp/x/80",
  ])
  func whatIsNoPlaceIsNone(_ text: String) { #expect(LabEndpoint(parsing: text) == nil) }

  @Test func faultsLieEvenlyBetweenTwoChecks() throws {
    let http = "[{http: \"http://127.0.0.1:80/\", interval: 2 s}]"
    let plan = LabPlan(
      try scenario(http, faults: "[{at: 20 s, for: 3 s, application_hang: node2}]"), repeats: 4)
    let shifts = (0..<4).map { plan.scenario(of: $0).faults[0].at - plan.scenario.faults[0].at }
    #expect(shifts.allSatisfy { $0 >= .zero && $0 < .seconds(2) })
    // One in each half second.
    #expect(Set(shifts.map { $0.nanoseconds / 500_000_000 }).count == 4, "\(shifts.map(\.words))")
    let moved = plan.scenario(of: 2).faults[0]
    #expect(moved.until! - moved.at == .seconds(3))
    let crash = LabPlan(try scenario(http, faults: "[{at: 20 s, for: 3 s, crash: node2}]"), repeats: 4)
    #expect(crash.scenario(of: 1).faults[0].at == crash.scenario.faults[0].at)
  }

  @Test func whatNoCheckHealsIsEnded() throws {
    let hang = "[{at: 20 s, application_hang: node2}]"
    let http = "{http: \"http://127.0.0.1:80/\"}"
    #expect(LabPlan(try scenario("[\(http)]", faults: hang), repeats: 1).scenario.faults[0].until == nil)
    // A connection opens even if the application hangs.
    #expect(
      LabPlan(try scenario("[{tcp: \"127.0.0.1:80\"}]", faults: hang), repeats: 1).scenario.faults[0].until
        != nil)
    let waiting = "[{http: \"http://127.0.0.1:80/\", action: wait}]"
    #expect(LabPlan(try scenario(waiting, faults: hang), repeats: 1).scenario.faults[0].until != nil)
  }
}
