import Engine
import FarmFile
import Testing

@testable import Sim

/// Reloads of what is a node's own in the farm file: it holds from when the daemon reads it, on that node alone.
@Suite struct ReloadPolicyTests {
  static let checkers =
    "checkers: [{name: shop, http: \"http://127.0.0.1/\", interval: 1 s, timeout: 500 ms}]"

  private func play(_ faults: [String], farm: String = "") throws -> TrialResult {
    let text = """
      farm: {nodes: 3, virtual_ip: 192.0.2.1, rules: [{port: 80}]\(farm)}
      faults:
      \(faults.map { "  - {\($0)}\n" }.joined())
      run: {duration: 60 s}
      """
    return Simulation.run(
      try Scenario.read(text: text, name: "policy.yaml").get(), seed: 1, trial: 0, keepsDetails: true,
      control: RunControl())
  }

  /// interval + 2 intervals + time-out, and the commit.
  @Test func checkersThatComeTakeAHungApplicationOut() throws {
    let result = try play([
      "at: 10 s, for: 5 s, application_hang: node2", "at: 20 s, reload: {farm: {\(Self.checkers)}}",
      "at: 30 s, for: 10 s, application_hang: node2",
    ])
    let outage = try OracleFarm.value(result, .applicationOutageMax)
    #expect(abs(outage - 5) < 0.1, "the first hang, which nobody looks at")
    let fails = result.timeline.filter { $0.text.contains("the check 'shop' of node2 fails") }
    #expect(fails.count == 1 && fails.allSatisfy { $0.at > .zero + .seconds(32) })
    #expect(try OracleFarm.value(result, .doubleOwnerTimeTotal) == 0)
  }

  /// What goes on serving when its checkers change is taken for healthy until one of them fails.
  @Test func checkersThatChangeDisturbNothing() throws {
    let result = try play(
      [
        "at: 20 s, reload: {farm: {\(Self.checkers)}}",
        "at: 30 s, reload: {nodes: node1, without: checkers}",
      ],
      farm: ", checkers: [{tcp: \"127.0.0.1:80\", interval: 700 ms}]")
    #expect(try OracleFarm.value(result, .holeTimeTotal) == 0)
    #expect(try OracleFarm.value(result, .viewChanges) == 0)
    #expect(!result.timeline.contains { $0.text.contains("fails") })
  }

  @Test func checkersAreThoseOfTheNodesThatReadThem() throws {
    let result = try play([
      "at: 10 s, reload: {nodes: node1, farm: {\(Self.checkers)}}",
      "at: 20 s, for: 20 s, application_hang: [node1, node2]",
    ])
    #expect(result.timeline.contains { $0.text.contains("the check 'shop' of node1 fails") })
    #expect(!result.timeline.contains { $0.text.contains("of node2 fails") })
  }

  /// A daemon that stands still reads its file once it goes on.
  @Test func aStalledDaemonReadsItLater() throws {
    let result = try play([
      "at: 10 s, for: 100 ms, stall: node1",
      "at: 10050 ms, reload: {nodes: node1, farm: {notify: {command: x}}}", "at: 20 s, crash: node3",
    ])
    let told = result.timeline.filter { $0.kind == .told }
    #expect(told.contains { $0.text.contains("node1 runs its notify command, member_removed") })
    #expect(told.allSatisfy { $0.node == NodeID(0) })
  }

  /// A node in service whose file begins to name a command tells that it goes out of service.
  @Test func itTellsFromTheReloadUntilTheNext() throws {
    let notify = "farm: {notify: {command: x}}"
    let result = try play([
      "at: 10 s, for: 5 s, crash: node3", "at: 20 s, reload: {nodes: [node1, node2], \(notify)}",
      "at: 30 s, for: 5 s, drain: node1", "at: 40 s, reload: all", "at: 50 s, drain: node2",
    ])
    let told = result.timeline.filter { $0.kind == .told }
    #expect(told.allSatisfy { $0.at > .zero + .seconds(20) && $0.at < .zero + .seconds(40) })
    #expect(told.contains { $0.node == NodeID(0) && $0.text.contains("out_of_service") })
    #expect(told.contains { $0.node == NodeID(0) && $0.text.contains("in_service") })
    #expect(!told.contains { $0.node == NodeID(2) })
  }
}
