import Engine
import FarmFile
import Foundation
import Sim
import TestSupport
import Testing

@testable import Lab

/// Applications that fail on real nodes. Real daemons find it by real checks and act on a real process, and the
/// kernels' filters show the result.
@Suite(.needsRealFarm, .serialized)
struct LabApplicationTests {
  /// A check every 200 ms with a time-out of 100 ms: a failure is noticed within 200 + 2 x 200 + 100 = 700 ms.
  static func text(_ faults: String, application: String = "", action: String = "restart") -> String {
    """
    farm:
      nodes: 3
      virtual_ip: 192.0.2.100
      profile: fast
      groups: {web: {buckets: 64}}
      rules: [{port: 80, identity: address_port}]
      checkers:
        - {http: "http://127.0.0.1:80/health", interval: 200 ms, timeout: 100 ms, threshold: 3, action: \(action)}
        - {process: nginx, interval: 200 ms, timeout: 200 ms, action: \(action)}
      application: {start: /bin/false, stop: /bin/false, start_time: 500 ms\(application)}
    traffic:
      - {arrivals: 100/s, clients: 500, flow: {duration: {exponential: 1 s}, segment_interval: 200 ms}}
    faults: \(faults)
    run: {duration: 40 s}
    """
  }

  static let node = NodeID(1)
  static let noticed = Duration.milliseconds(700)
  /// The time that a busy machine adds to a check, a decision and a commit.
  static let lateness = Duration.milliseconds(60)

  /// One played repeat of a plan, and what the filters did in it.
  struct Played {
    let plan: LabPlan
    let outcome: LabOutcome
    let events: [LabEvent]
    let values: [Double?]

    init(_ text: String) throws {
      plan = LabPlan(try Scenario.read(text: text, name: "application").get(), repeats: 1)
      try #require(plan.refusals == [])
      let programs = LabPrograms(farmd: Proof.farmd, server: BuiltProgram.farmsim.path)
      outcome = try LabPlayer(plan, text: text, file: "application.yaml", programs: programs)
        .play(control: RunControl())
      let failure = outcome.failure?.description ?? ""
      try #require(failure == "")
      events = try #require(outcome.repeats.first).events
      values = try #require(outcome.trials(of: plan.scenario).first).values
    }

    func value(_ measure: Measure) throws -> Double {
      let index = measure.index
      return try #require(values[index])
    }

    func time(of kind: LabEvent.Kind, after: Instant = .zero) throws -> Instant {
      try #require(events.first { $0.kind == kind && $0.at >= after }, "\(kind) in \(events)").at
    }

    /// The first time from a moment on at which the node accepts clients, or does not.
    func first(accepting isAccepting: Bool, from start: Instant) throws -> Instant {
      func accepts(_ state: FilterState) -> Bool { state.hasLease && state.owned.contains { $0.count > 0 } }
      let sets = plan.scenario.farm.settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
      let empty = FilterState(hasLease: false, owned: sets, resets: sets)
      let before = outcome.filters.states(at: start, nodeCount: 3, empty: empty)[node.index]
      if accepts(before) == isAccepting { return start }
      let moment = outcome.filters.moments.first {
        $0.node == node && $0.at > start && accepts($0.state) == isAccepting
      }
      return try #require(moment, isAccepting ? "it never accepts" : "it always accepts").at
    }
  }

  @Test func whatHangsIsOutWithinTheConfiguredTimeAndBackAfterARestart() throws {
    let played = try Played(Self.text("[{at: 9 s, application_hang: node2}]"))
    let hung = try played.time(of: .fault(index: 0, isEnd: false))
    let out = try played.first(accepting: false, from: hung)
    // The last of three checks began at the earliest 400 ms after the hang.
    #expect(
      out - hung >= .milliseconds(500) && out - hung <= Self.noticed + Self.lateness, "\((out - hung).words)")
    let restarted = try played.time(of: .ended(Self.node), after: hung)
    let serves = try played.time(of: .served(Self.node, true), after: restarted)
    #expect(serves - restarted >= .milliseconds(500) && serves - restarted < .milliseconds(800))
    let back = try played.first(accepting: true, from: out)
    // Two checks must succeed, 200 ms apart.
    #expect(back > serves && back - serves < .seconds(2), "\((back - serves).words)")
    let outage = try played.value(.applicationOutageMax)
    #expect(abs(outage - (out - hung).seconds) < 0.002)
    #expect(try played.value(.flowsBrokenOutsideFailedNodes) == 0)
    #expect(try played.value(.connectsReset) == 0)
    #expect(try played.value(.flowsReset) > 0)
    #expect(played.outcome.logs["node2.farmd.log"]?.contains("the application is told to stop") == true)
    #expect(played.outcome.logs["node1.farmd.log"]?.contains("the application is told to") == false)
  }

  @Test func whatCrashesIsStartedAnew() throws {
    let played = try Played(Self.text("[{at: 9 s, application_crash: node2}]"))
    let crash = try played.time(of: .fault(index: 0, isEnd: false))
    let out = try played.first(accepting: false, from: crash)
    // An application that refuses at once is out after three intervals.
    #expect(out - crash >= .milliseconds(400) && out - crash <= .milliseconds(600) + Self.lateness)
    let serves = try played.time(of: .served(Self.node, true), after: crash)
    #expect(serves - out >= .milliseconds(450))
    #expect(try played.first(accepting: true, from: out) > serves)
    #expect(try played.value(.connectsRefused) > 0)
    #expect(try played.value(.connectsReset) == 0)
    #expect(try played.value(.flowsBrokenOutsideFailedNodes) == 0)
  }

  @Test func whatIsSlowerThanTheTimeOutIsStartedAnew() throws {
    let faults = "[{at: 9 s, application_slow: {node: node2, delay: 150 ms}}]"
    let played = try Played(Self.text(faults))
    let slow = try played.time(of: .fault(index: 0, isEnd: false))
    let out = try played.first(accepting: false, from: slow)
    #expect(
      out - slow >= .milliseconds(500) && out - slow <= Self.noticed + Self.lateness, "\((out - slow).words)")
    #expect(try played.first(accepting: true, from: out) > out)
    // An application that is only slow serves all the while.
    #expect(try played.value(.connectsRefused) == 0)
  }

  @Test func whatIsNotSlowerThanTheTimeOutStays() throws {
    let faults = "[{at: 9 s, for: 2 s, application_slow: {node: node2, delay: 40 ms}}]"
    let played = try Played(Self.text(faults))
    let slow = try played.time(of: .fault(index: 0, isEnd: false))
    let sets = played.plan.scenario.farm.settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
    let empty = FilterState(hasLease: false, owned: sets, resets: sets)
    #expect(played.outcome.filters.states(at: slow, nodeCount: 3, empty: empty)[1].owned[0].count > 0)
    let later = played.outcome.filters.moments.filter { $0.node == Self.node && $0.at > slow }
    #expect(later.allSatisfy { $0.state.hasLease && $0.state.owned[0].count > 0 })
    #expect(try played.value(.applicationOutageMax) == 0)
  }

  @Test func afterTooManyRestartsItStaysOutUntilItIsResumed() throws {
    let faults = "[{at: 9 s, for: 6 s, application_hang: node2}, {at: 17 s, resume: node2}]"
    let played = try Played(Self.text(faults, application: ", maxloop: 1"))
    let hung = try played.time(of: .fault(index: 0, isEnd: false))
    let out = try played.first(accepting: false, from: hung)
    let resumed = try played.time(of: .fault(index: 1, isEnd: false))
    #expect(resumed - hung == .seconds(8) || resumed - hung > .milliseconds(7900))
    // After one restart in vain it is stopped for good, though it could start again after 6 s.
    let back = try played.first(accepting: true, from: out)
    #expect(back > resumed, "back \((resumed - back).words) before it was resumed")
    let stops = played.events.filter { $0.kind == .ended(Self.node) && $0.at > hung && $0.at < resumed }
    #expect(stops.count == 2)
    let served = try played.time(of: .served(Self.node, true), after: hung)
    #expect(served - resumed >= .milliseconds(500) && served - resumed < .milliseconds(900))
    let log = played.outcome.logs["node2.farmd.log"] ?? ""
    #expect(log.contains("has had the application restarted too often"))
  }
}
