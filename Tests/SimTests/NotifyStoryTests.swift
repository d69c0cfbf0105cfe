import Engine
import FarmFile
import Testing

@testable import Sim

/// What the story says of `notify:`: at which instant which node would have run the command for what.
@Suite struct NotifyStoryTests {
  static func play(_ notify: String, faults: String = "[{at: 20 s, crash: node2}]", keepsDetails: Bool = true)
    throws
    -> TrialResult
  {
    let scenario = try Scenario.read(
      text: """
        farm: {nodes: 3, virtual_ip: 192.0.2.1, rules: [{port: 80}]\(notify),
               checkers: [{http: "http://127.0.0.1/", interval: 1 s, timeout: 500 ms, action: wait}]}
        faults: \(faults)
        run: {duration: 40 s}
        """, name: "test.yaml"
    ).get()
    return Simulation.run(scenario, seed: 1, trial: 0, keepsDetails: keepsDetails, control: RunControl())
  }

  static let notify = ", notify: {command: x, hole: 1 s}"

  static func told(_ result: TrialResult, _ text: String) -> [TimelineEntry] {
    result.timeline.filter { $0.kind == .told && $0.text.contains(text) }
  }

  @Test func afterACrashEachSurvivorTellsWhoIsMissedAndWhatItTakesOver() throws {
    let result = try Self.play(Self.notify)
    let missed = Self.told(result, "member_removed: ")
    #expect(missed.compactMap(\.node).sorted { $0.index < $1.index } == [NodeID(0), NodeID(2)])
    let timeout = HeartbeatProfile.default.heartbeat.timeout
    for entry in missed {
      #expect(entry.at > .zero + .seconds(20) + timeout - .milliseconds(110))
      #expect(entry.at < .zero + .seconds(20) + timeout + .milliseconds(60))
    }
    #expect(Self.told(result, "node1 runs its notify command, member_removed: node1 misses node2").count == 1)
    let taken = Self.told(result, "took_over: ")
    #expect(taken.count == 2 && taken.allSatisfy { $0.text.hasSuffix("of default from node2") })
    #expect(Self.told(result, "in_service").count == 3)
  }

  @Test func whenEveryApplicationHangsEachNodeTellsAHoleAndThatItIsOver() throws {
    let result = try Self.play(Self.notify, faults: "[{at: 20 s, for: 10 s, application_hang: all}]")
    for kind in ["hole: ", "hole_over: "] {
      #expect(Set(Self.told(result, kind).compactMap(\.node)).count == 3, "\(kind)")
      #expect(Self.told(result, kind).count == 3)
    }
    let begin = try #require(Self.told(result, "hole: nobody serves 256 buckets of default for 1").first)
    #expect(begin.text.contains(", by the heartbeats that node"), "\(begin.text)")
    // Out within 3.5 s, and told a second later.
    #expect(begin.at > .zero + .seconds(23) && begin.at < .zero + .milliseconds(24_800))
    #expect(Self.told(result, "out_of_service: ").allSatisfy { $0.text.hasSuffix("its checks fail") })
  }

  @Test func aDetachedNodeIsInServiceWhereNobodyIsBetterOff() throws {
    let scenario = try Scenario.read(
      text: """
        farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{port: 80}]\(Self.notify)}
        networks: {lan: {}, heartbeat: {carries: heartbeat}}
        faults: [{at: 20 s, pair_cut: {left: node1, right: node2, network: lan}}]
        run: {duration: 40 s}
        """, name: "test.yaml"
    ).get()
    let result = Simulation.run(scenario, seed: 1, trial: 0, keepsDetails: true, control: RunControl())
    let last = (0..<2).map { n in
      result.timeline.last { $0.kind == .told && $0.node == NodeID(n) && $0.text.contains("_service: ") }?
        .text
    }
    #expect(last.allSatisfy { $0?.contains("in_service: ") == true }, "\(last)")
    #expect(
      result.timeline.contains {
        $0.text.contains("is detached: it is not heard, or hears nobody, on the service")
      })
  }

  @Test func itChangesNothingButTheStory() throws {
    let (with, without) = (try Self.play(Self.notify), try Self.play(""))
    #expect(with.digest == without.digest && with.values == without.values)
    #expect(without.timeline.allSatisfy { $0.kind != .told })
    #expect(with.timeline.filter { $0.kind != .told }.map(\.text) == without.timeline.map(\.text))
    let few = try Self.play(", notify: {command: x, events: in_service}")
    #expect(Set(few.timeline.filter { $0.kind == .told }.map { $0.text.contains("in_service") }) == [true])
    #expect(try Self.play(Self.notify, keepsDetails: false).digest == with.digest)
  }
}
