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
    Scenario.read(text: text, name: "a.yaml", overrides: settings.compactMap { try? Override(parsing: $0) })
  }

  @Test func anOverrideIsAsIfTheFileSaidSo() throws {
    let scenario = try ScenarioOverrideTests.read(
      "farm.nodes=8", "farm.heartbeat.interval=50 ms", "farm.groups.web.buckets=512", "faults.0.at=30 s",
      "run={duration: 2 min, seed: 9}", "farm.rules.0.port=[80, 8080]", "expect.rebalance_time.max=<= 1 s",
      "expect.flows_broken.outside_failed_nodes=== 0", "description=null", "networks.lan.delay=1 ms"
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
    ("faults.1.at=1 s", "--set faults.1.at: no entry '1'; expected 0"),
    ("farm.nodes.x=1", "--set farm.nodes.x: '4' is a single value and has no 'x'; expected the whole value"),
    ("networks.lna.loss=5 %", "--set networks.lna.loss: no network 'lna'; did you mean 'lan'?"),
    (
      "networks.backup.loss=5 %",
      "--set networks.backup.loss: no network 'backup'; expected '--set +networks.backup.loss=...' to add one"
    ),
    ("farm.groups.wbe.buckets=512", "--set farm.groups.wbe.buckets: no group 'wbe'; did you mean 'web'?"),
    ("+farm.nodes=5", "--set +farm.nodes: 'nodes' is there already; expected no '+', to change it"),
    ("farm.rules.1.port=81", "--set farm.rules.1.port: no entry '1'; expected 0"),
    ("farm.rules.0.port.1=81", "--set farm.rules.0.port.1: no entry '1'; expected 0"),
    ("run.duration=1,5 min", "--set run.duration: '1,5 min' has a decimal comma; expected '1.5 min'"),
    (
      "farm={}",
      "--set farm: 'nodes' and 'virtual_ip' are missing; expected for 'nodes' a number of nodes, a list of names, or a mapping of names to weights, for 'virtual_ip' an address, such as 192.0.2.100"
    ),
    ("farm=null", "--set farm: nothing after 'farm'; expected a 'farm:' block"),
    (
      "run.seed=[1",
      "--set run.seed: '[' is never closed in '[1'; expected ']'"
    ),
    ("faults.0.at=2 min", "--set faults.0.at: a fault at 2 min, after the end of the run at 1 min"),
    // The file's own place, since the contradiction is there.
    ("farm.nodes=1", "a.yaml:4:23: unknown node 'node2'; did you mean 'node1'?"),
  ])
  func aBadOverrideIsOneLineThatNamesIt(setting: String, line: String) {
    guard case .failure(let problems) = ScenarioOverrideTests.read(setting) else {
      return #expect(Bool(false), "read without a problem")
    }
    #expect("\(problems)" == line)
  }

  @Test func aListOfOneWithoutBracketsHasAnEntry() throws {
    let text = ScenarioMalformedTests.farm + "traffic: {arrivals: 5/s}\nfaults: {at: 20 s, crash: node2}\n"
    let overrides = ["traffic.0.arrivals=9/s", "faults.0.at=30 s", "farm.rules.0.port.0=81"]
    let scenario = try Scenario.read(
      text: text, name: "a.yaml", overrides: overrides.compactMap { try? Override(parsing: $0) }
    ).get()
    #expect(scenario.traffic[0].arrivals == .poisson(rate: 9))
    #expect(scenario.faults[0].at == .seconds(30))
    #expect(scenario.farm.settings.rules[0].ports == [PortRange(81, 81)])
  }

  @Test func aPlusAddsWhatTheFileDoesNotHave() throws {
    let scenario = try ScenarioOverrideTests.read(
      "+networks.backup.carries=heartbeat", "+networks.lan.loss=1 %", "+faults={at: 30 s, restart: node2}",
      "+farm.rules={port: 90}", "+farm.virtual_ip=192.0.2.2", "+traffic={arrivals: 5/s, rule: 80}",
      "+traffic={arrivals: 6/s, rule: 90}", "+farm.profile=fast"
    ).get()
    #expect(scenario.farm.networks == ["lan", "backup"])
    #expect(scenario.faults.map(\.at) == [.seconds(20), .seconds(30)])
    #expect(scenario.farm.settings.rules.count == 2)
    #expect(scenario.farm.virtualIPs.count == 2)
    #expect(scenario.traffic.count == 2)
    #expect(scenario.farm.settings.heartbeat.interval == .milliseconds(50))
  }

  @Test func nodesWithNamesAreChangedByThemAlsoWhereNamesHaveDots() throws {
    let text = ScenarioMalformedTests.farm.replacing("nodes: 4", with: "nodes: {a.b: 100, c: {weight: 50}}")
    func read(_ setting: String) throws -> Result<Scenario, FileProblems> {
      Scenario.read(text: text, name: "a.yaml", overrides: [try Override(parsing: setting)])
    }
    #expect(try read("farm.nodes.a.b=7").get().farm.settings.groups[0].weights == [7, 50])
    #expect(try read("farm.nodes.c.weight=7").get().farm.settings.groups[0].weights == [100, 7])
    #expect(try read("+farm.nodes.d=7").get().farm.nodes == ["a.b", "c", "d"])
    guard case .failure(let problems) = try read("farm.nodes.d=7") else { return #expect(Bool(false)) }
    #expect("\(problems)" == "--set farm.nodes.d: no node 'd'; did you mean 'c'?")
  }

  @Test func anOverrideIsAPathAndAValueWithAnEqualsSignBetweenThem() throws {
    #expect(try Override(parsing: "a=b=c") == Override(path: "a", value: "b=c"))
    #expect(try Override(parsing: "+a=+b") == Override(path: "a", value: "+b", isAddition: true))
  }

  @Test(arguments: [
    ("farm.profile", "--set farm.profile: no '='; expected path=value, such as farm.profile=fast"),
    ("=1", "--set =1: no path before '='; expected path=value, such as farm.profile=fast"),
    ("+=1", "--set +=1: no path before '='; expected path=value, such as farm.profile=fast"),
    ("run..seed=1", "--set run..seed: not a path; expected keys joined by dots, such as farm.profile"),
    ("+.run=1", "--set +.run: not a path; expected keys joined by dots, such as farm.profile"),
    (
      "run.seed=",
      "--set run.seed: nothing after '='; expected a value, or null for what holds without the key"
    ),
    (
      "run.seed= \t",
      "--set run.seed: nothing after '='; expected a value, or null for what holds without the key"
    ),
    (
      "description=#1",
      "--set description: a value that begins with '#'; expected it in quotes, inside those of the shell"
    ),
    (
      String(repeating: "a.", count: 32) + "a=1",
      "--set \(String(repeating: "a.", count: 32))a: a path of 33 keys; expected at most 32"
    ),
    ("a\u{1b}[2J\nb", "--set a [2J b: no '='; expected path=value, such as farm.profile=fast"),
  ])
  func whatIsNoOverrideIsOneLineThatNamesIt(text: String, line: String) {
    do throws(Complaint) {
      _ = try Override(parsing: text)
      Issue.record("it was read")
    } catch { #expect(error.line == line) }
  }
}
