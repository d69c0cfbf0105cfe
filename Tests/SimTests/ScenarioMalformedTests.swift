import FarmFile
import Sim
import Testing

/// Bad scenario files and the lines that they get: each table row is a text and everything said about it.
struct ScenarioMalformedTests {
  static func lines(_ text: String, overrides: [Override] = []) -> [String] {
    switch Scenario.read(text: text, name: "bad.yaml", overrides: overrides) {
    case .success: []
    case .failure(let problems): problems.problems.map { "\($0)".replacing("bad.yaml:", with: "") }
    }
  }

  /// Two lines, so that what follows begins on line 3.
  static let farm = """
    farm: {nodes: 4, virtual_ip: 192.0.2.1, groups: {web: }, rules: [{port: 80}]}
    # What if?

    """

  @Test func aSmallFarmIsAScenario() {
    #expect(ScenarioMalformedTests.lines(ScenarioMalformedTests.farm) == [])
  }

  @Test(
    arguments: [
      ("", ["1:1: the file is empty; expected a 'farm:' block"]),
      ("# What if?\n", ["1:1: the file has only comments; expected a 'farm:' block"]),
      ("~\n", ["1:1: the file is empty; expected a 'farm:' block"]),
      (
        "hello\n",
        [
          "1:1: 'scenario' is a single value; expected a mapping with description, about, yes_if, no_if, farm, networks, kernel, traffic, faults, run, expect or linux"
        ]
      ),
      ("run: {}\n", ["1:1: 'farm' is missing; expected a 'farm:' block"]),
      ("farm: {nodes: 2}\n", ["1:7: 'virtual_ip' is missing; expected an address, such as 192.0.2.100"]),
      (
        "farm: {nodes: 2, virtual_ip: }\n",
        ["1:18: nothing after 'virtual_ip'; expected an address, such as 192.0.2.100"]
      ),
      // One cause: nothing of the farm is there.
      (
        "farm: {}\ntraffic: [{arrivals: 5/s}, {arrivals: 5/s, rule: 80}]\nfaults: [{at: 1 s, crash: node2}]\n",
        [
          "1:7: 'nodes' and 'virtual_ip' are missing; expected for 'nodes' a number of nodes, a list of names, or a mapping of names to weights, for 'virtual_ip' an address, such as 192.0.2.100"
        ]
      ),
      (
        "farm: {nodes: 2, virtual_ip: 192.0.2.1}\ntraffic: [{arrivals: 5/s}, {arrivals: 5/s, rule: 80}]\n",
        ["2:10: clients of a farm without rules; expected 'rules' in 'farm', such as [{port: 80}]"]
      ),
      (
        "farm: {nodes: {a: 0, b: 0}, virtual_ip: 192.0.2.1}\n",
        ["1:15: 'nodes' gives every node the weight 0; expected a node above 0 that serves"]
      ),
      (
        "farm: {nodes: 2, virtual_ip: 192.0.2.1, rules: [{port: []}]}\n",
        ["1:56: no port; expected a port, a range such as 8000-8099, or a list of them"]
      ),
      ("farm: {nodes: 65, virtual_ip: 192.0.2.1}\n", ["1:15: 'nodes' is out of range: 65; expected 1 to 64"]),
      (
        "farm: {nodes: [a, a, 1b], virtual_ip: web}\n",
        [
          "1:19: node 'a' is listed twice",
          "1:22: '1b' cannot be a node's name; expected a letter, then letters, digits, '-', '_' or '.', at most 63, and not 'all'",
          "1:39: 'web' is not an address; expected an address, such as 192.0.2.100 or 2001:db8::100",
        ]
      ),
      (
        """
        farm:
          nodes: 4
          virtual_ip: 192.0.2.1
          hearbeat: {interval: 100}
          profile: quick
          heartbeat: {interval: 100, misses: 1, margin: 5 %, jitter: 0.1, relay: maybe}
          groups: {web: {buckets: 5000, polcy: preference, weights: {node5: 100}}, dns: {policy: priorty}}
          rules:
            - {port: 80, group: wbe, identity: adress}
            - {port: [99-90, x], identity: network/33}
        """,
        [
          "4:3: unknown key 'hearbeat'; did you mean 'heartbeat'?",
          "5:12: unknown profile 'quick'; expected fast, default, one-second or vm-safe",
          "6:25: '100' has no unit; expected a time, such as '100 ms' (ns, us, ms, s, min, h)",
          "6:38: 'misses' is out of range: 1; expected 2 to 100",
          "6:49: '5 %' has the unit '%'; expected a time, such as '100 ms' (ns, us, ms, s, min, h)",
          "6:62: '0.1' has no unit; expected a percentage, such as '5 %'",
          "6:74: unknown relay 'maybe'; expected true, false, yes, no, on or off",
          "7:27: 'buckets' is out of range: 5000; expected 1 to 4096",
          "7:33: unknown key 'polcy'; did you mean 'policy'?",
          "7:62: unknown node 'node5'; did you mean 'node1'?",
          "7:90: unknown policy 'priorty'; did you mean 'priority'?",
          "9:25: unknown group 'wbe'; did you mean 'web'?",
          "9:40: unknown identity 'adress'; did you mean 'address'?",
          "10:7: 'group' is missing; expected one of web, dns",
          "10:15: 'port' is out of range: 99-90; expected 1 to 65535, the lower end first",
          "10:22: 'x' is not a port; expected a port, a range such as 8000-8099, or a list of them",
          "10:36: 'network/33' has no such prefix; expected 1 to 32 for IPv4, 1 to 128 for IPv6",
        ]
      ),
      // Contradictions that only the settings as a whole have.
      (
        "farm:\n  nodes: 4\n  virtual_ip: 192.0.2.1\n  heartbeat: {margin: 1 ms}\n",
        [
          "4:23: 'margin' is 1 ms; expected at least the delay bound, 5 ms"
        ]
      ),
      (
        "farm:\n  nodes: 2\n  virtual_ip: 192.0.2.1\n  alone: quorum\n  groups: {g: {weights: {node1: 0, node2: 0}}}\n",
        [
          "4:10: 'alone' is quorum with 2 nodes; expected at least 3 nodes, since of fewer none can fail and leave more than half",
          "5:25: 'weights' is 0 for every node; expected a node above 0 that serves",
        ]
      ),
      (
        "farm:\n  nodes: 2\n  virtual_ip: 192.0.2.1\n  rules: [{port: 1-99}, {port: 80}]\n",
        [
          "4:25: 'rules' is never reached: rule 0 takes all its packets; expected the narrower rule first"
        ]
      ),
    ] as [(String, [String])])
  func everyProblemOfAFarmIsOneLineInOrder(text: String, expected: [String]) {
    #expect(ScenarioMalformedTests.lines(text) == expected)
  }

  @Test(
    arguments: [
      (
        "networks: {lan: {carries: service}}",
        [
          "3:27: a network without heartbeats; expected heartbeat, too: a split that clients see must be seen by the nodes"
        ]
      ),
      (
        "networks: {lan: {carries: heartbeat}}",
        ["3:11: no network carries the service; expected 'carries: [service, heartbeat]' for one"]
      ),
      ("networks: {lan: {loss: 0.1}}", ["3:24: '0.1' has no unit; expected a percentage, such as '5 %'"]),
      ("networks: {lan: {loss: 101 %}}", ["3:24: 'loss' is out of range: 101 %; expected 0 % to 100 %"]),
      (
        "networks: {lan: {delay: {normal: [1 ms]}}}",
        ["3:34: 'normal' has 1 value; expected [mean, standard deviation]"]
      ),
      (
        "networks: {lan: {delay: {uniform: [2 ms, 1 ms]}}}",
        ["3:35: 2 ms is above 1 ms; expected [lowest, highest]"]
      ),
      (
        "networks: {lan: {delay: {normal: [1 ms, 1 ms], constant: 1 ms}}}",
        ["3:25: normal and constant at once; expected one of constant, uniform, normal or lognormal"]
      ),
      (
        "networks: {lan: {links: [{delay: 1 ms}, {from: node9, loss: 1 %}]}}",
        [
          "3:26: a link without nodes; expected 'from' or 'to'",
          "3:48: unknown node 'node9'; did you mean 'node1'?",
        ]
      ),
      (
        "traffic: [{rule: 81, arrivals: 5}]",
        [
          "3:18: no rule covers port 81; expected one of tcp/80",
          "3:32: '5' has no unit; expected a rate, such as '2000/s' (/s, /min, /h, k/s, M/s)",
        ]
      ),
      ("traffic: [{rule: tcp/8, arrivals: 5/s}]", ["3:18: unknown rule 'tcp/8'; did you mean 'tcp/80'?"]),
      ("traffic: [{arrivals: 5/s, clients: {ipv6: yes}}]", ["3:36: rule 'tcp/80' has no IPv6 address"]),
      (
        "traffic: [{arrivals: 5/s, virtual_ip: 192.0.2.2}]",
        ["3:39: 192.0.2.2 is not an address of rule 'tcp/80'; expected 192.0.2.1"]
      ),
      ("traffic: [{arrivals: 5/s, port: 90}]", ["3:33: port 90 is not one of rule 'tcp/80'"]),
      (
        "traffic: [{arrivals: 5/s, flow: {retries: windwos}}]",
        ["3:43: unknown retries 'windwos'; expected linux, macos, ios, doubling, old or none"]
      ),
      (
        "traffic: [{arrivals: 5/s, flow: {duration: {table: [{share: 50 %, duration: 1 s}]}}}]",
        ["3:52: shares of 50 % in all; expected 100 %"]
      ),
      ("run: {duration: 10 s, warm_up: 10 s}", ["3:32: warm_up 10 s is not below the duration 10 s"]),
      (
        "run: {duration: 10, seed: -1, trials: 0}",
        [
          "3:17: '10' has no unit; expected a time, such as '100 ms' (ns, us, ms, s, min, h)",
          "3:27: '-1' is not a seed; expected a whole number, 0 to 18446744073709551615",
          "3:39: 'trials' is out of range: 0; expected 1 to 1M",
        ]
      ),
      // What follows from a time that cannot be read is not told as well.
      (
        "run: {duration: 2 hours}\nfaults: [{at: 90 s, crash: node1}, {at: 3 h, crash: node2, node3}]",
        [
          "3:17: '2 hours' has the unit 'hours'; expected '2 h'",
          "4:53: values of 'crash' without brackets; expected '[node2, node3, ...]'",
        ]
      ),
      (
        "expect: {rebalance_time.mx: <= 1 s}",
        ["3:10: unknown measure 'rebalance_time.mx'; did you mean 'rebalance_time.max'?"]
      ),
      (
        "expect: {rebalance_time.max: <= 560}",
        ["3:30: '<= 560' has no unit; expected a comparison, such as '<= 560 ms'"]
      ),
      (
        "expect: {flows_broken: <= 5 ms}",
        ["3:24: '<= 5 ms' has the unit 'ms'; expected a comparison, such as '== 0'"]
      ),
      (
        "traffic: [{arrivals: 0.0001/s}]",
        ["3:22: 'arrivals' is out of range: 0.0001/s; expected 0.001/s to 1000 M/s"]
      ),
      (
        "traffic: [{arrivals: 5/s, flow: {retries: []}}]",
        ["3:43: no waiting time; expected a list of times, or none"]
      ),
      (
        "traffic: [{arrivals: 5/s, clients: {zipf: 11}}]",
        ["3:43: 'zipf' is out of range: 11; expected 0 to 10"]
      ),
      (
        "traffic: [{arrivals: 5/s, clients: {addresses: [203.0.113.5: 1 %, 203.0.113.5: 2 %]}}]",
        ["3:67: '203.0.113.5' is listed twice"]
      ),
      (
        "traffic: [{arrivals: 5/s, clients: {addresses: []}}]",
        ["3:48: no addresses; expected at least one, or no 'addresses'"]
      ),
      (
        "traffic: [{arrivals: 5/s, clients: {addresses: [224.0.0.5: 1 %]}}]",
        ["3:49: 224.0.0.5 is the address of a group; expected an address of a client, such as 203.0.113.5"]
      ),
      (
        "run: {duration: 1e30 s, seed: 18446744073709551616}",
        [
          "3:17: 'duration' is out of range: 1e30 s; expected 1 ms to 720 h",
          "3:31: 'seed' is out of range: 18446744073709551616; expected a whole number, 0 to 18446744073709551615",
        ]
      ),
      (
        "expect: {rebalance_time.max: <= 1e30 s}",
        ["3:30: '<= 1e30 s' is too large; expected a comparison, such as '<= 560 ms'"]
      ),
      ("expect: {flows_broken: []}", ["3:24: no comparison; expected at least one, or no 'flows_broken'"]),
      // What belongs elsewhere.
      ("duration: 10 s", ["3:1: unknown key 'duration'; expected it in 'run' or in 'traffic.flow'"]),
      ("trials: 10", ["3:1: unknown key 'trials'; expected it in 'run'"]),
      ("runs: 10", ["3:1: unknown key 'runs'; did you mean 'run'?"]),
      ("crash: node1", ["3:1: unknown key 'crash'; expected it in 'faults'"]),
      (
        "faults: [{at: 1 s, duration: 2 s, stall: node1}]",
        ["3:20: unknown key 'duration'; did you mean 'for'?"]
      ),
      ("expect: {flows_broken: 0}", ["3:24: '0' compares nothing; expected a comparison, such as '== 0'"]),
      ("expect: {flows_broken: ==}", ["3:24: '==' has no number; expected a comparison, such as '== 0'"]),
    ] as [(String, [String])])
  func everyProblemOfTheOtherBlocksIsOneLineInOrder(line: String, expected: [String]) {
    #expect(ScenarioMalformedTests.lines(ScenarioMalformedTests.farm + line + "\n") == expected)
  }

  @Test func aContradictingClientsFamilyIsReportedOnce() {
    let text = ScenarioMalformedTests.farm.replacing("192.0.2.1,", with: "[192.0.2.1, '2001:db8::1'],")
    #expect(
      ScenarioMalformedTests.lines(
        text + "traffic: [{arrivals: 5/s, virtual_ip: 192.0.2.1, clients: {ipv6: true}}]\n") == [
          "3:39: 192.0.2.1 contradicts 'ipv6: true' of the clients"
        ])
  }

  @Test func aNameIsNotCalledUnknownWhenItsListCouldNotBeRead() {
    let text = "farm: {nodes: 65, virtual_ip: 192.0.2.1}\nfaults: [{at: 1 s, crash: node70}]\n"
    #expect(ScenarioMalformedTests.lines(text).count == 1)
  }

  @Test func aFileThatIsTooLargeOrAbsentIsOneLine() {
    #expect(
      ScenarioMalformedTests.lines(String(repeating: "#", count: 10_000_000)) == [
        " 10000000 bytes; expected at most 1000000"
      ])
    guard case .failure(let problems) = Scenario.read(path: "/nonexistent/x.yaml") else {
      return #expect(Bool(false))
    }
    #expect("\(problems)" == "/nonexistent/x.yaml: no such file")
  }
}
