import Engine
import FarmFile
import Sim
import Testing

/// Values given beside the file.
struct ScenarioOverrideTests {
  static let text =
    ScenarioMalformedTests.farm + """
      faults:
        - {at: 20 s, crash: node2}
      expect:
        flows_broken: == 0

      """

  static func read(_ settings: String...) -> Result<Scenario, FileProblems> {
    Scenario.read(text: text, name: "a.yaml", overrides: settings.compactMap(Override.init(parsing:)))
  }

  @Test func `An override is as if the file said so`() throws {
    let scenario = try ScenarioOverrideTests.read(
      "farm.nodes=8", "farm.heartbeat.interval=50 ms", "farm.groups.web.buckets=512", "faults.0.at=30 s",
      "run={duration: 2 min, seed: 9}", "farm.rules.0.port=[80, 8080]", "expect.rebalance_time.max=<= 1 s",
      "expect.flows_broken.outside_failed_nodes=== 0", "description=", "networks.lan.delay=1 ms"
    ).get()
    #expect(scenario.farm.nodes.count == 8)
    #expect(scenario.farm.settings.heartbeat.interval == .milliseconds(50))
    #expect(scenario.farm.settings.groups[0].bucketCount == 512)
    #expect(scenario.faults[0].at == .seconds(30))
    #expect(scenario.run.seed == 9)
    #expect(scenario.farm.settings.rules[0].ports.count == 2)
    #expect(scenario.networks[0].delay == .constant(.milliseconds(1)))
    #expect(
      scenario.expectations.map { "\($0.measure.name) \($0.text)" } == [
        "flows_broken == 0", "rebalance_time.max <= 1 s", "flows_broken.outside_failed_nodes == 0",
      ])
  }

  @Test(arguments: [
    ("farm.profil=fast", "--set farm.profil: unknown key 'profil'; did you mean 'profile'?"),
    ("fram.profile=fast", "--set fram.profile: unknown key 'fram'; did you mean 'farm'?"),
    (
      "farm.profile=quik",
      "--set farm.profile: unknown profile 'quik'; expected fast, default, one-second or vm-safe"
    ),
    ("farm.nodes=1 s", "--set farm.nodes: '1 s' is not a whole number; expected a whole number, 1 to 64"),
    ("faults.1.at=1 s", "--set faults.1.at: no entry '1'; expected 0 to 0"),
    ("farm.nodes.x=1", "--set farm.nodes.x: unknown key 'nodes.x'; did you mean 'nodes'?"),
    ("farm..x=1", "--set farm..x: not a path; expected keys joined by dots, such as farm.profile"),
    (
      "run.seed=[1",
      "--set run.seed: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence"
    ),
    ("faults.0.at=2 min", "--set faults.0.at: a fault at 2 min, after the end of the run at 1 min"),
    // The file's own place, since the contradiction is there.
    ("farm.nodes=1", "a.yaml:4:23: unknown node 'node2'; did you mean 'node1'?"),
  ])
  func `A bad override is one line that names it`(setting: String, line: String) {
    guard case .failure(let problems) = ScenarioOverrideTests.read(setting) else {
      return #expect(Bool(false), "read without a problem")
    }
    #expect("\(problems)" == line)
  }

  @Test func `Without an equals sign it is none`() {
    #expect(Override(parsing: "farm.profile") == nil)
    #expect(Override(parsing: "=1") == nil)
    #expect(Override(parsing: "a=b=c") == Override(path: "a", value: "b=c"))
  }
}
