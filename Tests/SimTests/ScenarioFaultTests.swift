import Engine
import FarmFile
import Sim
import Testing

/// How faults are written, and which plans contradict themselves.
struct ScenarioFaultTests {
  static func faults(_ lines: [String]) -> Result<[Fault], FileProblems> {
    let text =
      ScenarioMalformedTests.farm + "faults:\n" + lines.map { "  - \($0)\n" }.joined()
    return Scenario.read(text: text, name: "bad.yaml").map(\.faults)
  }

  static func nodes(_ ids: Int...) -> NodeSet { ids.reduce(into: .empty) { $0.insert(NodeID($1)) } }
  static let all = NetworkSet(first: 1)

  @Test(
    arguments: [
      ("crash: node2", .crash(nodes(1))), ("restart: node1", .restart(nodes(0))),
      ("stop: [node1, node3]", .stop(nodes(0, 2))), ("leave: all", .leave(nodes(0, 1, 2, 3))),
      ("drain: node2", .drain(nodes(1), deadline: nil, isForced: false)),
      (
        "drain: {nodes: node2, deadline: 30 s, force: true}",
        .drain(nodes(1), deadline: .seconds(30), isForced: true)
      ),
      ("resume: node4", .resume(nodes(3))), ("pause: node1", .pause(nodes(0))),
      ("stall: node1", .stall(nodes(0))),
      ("kill: node1", .kill(nodes(0))),
      ("loss: 20 %", .loss(all, uplink: nil, downlink: .independent(0.2), at: .empty)),
      (
        "loss: {network: lan, downlink: 20 %, receivers: node1}",
        .loss(all, uplink: nil, downlink: .independent(0.2), at: nodes(0))
      ),
      ("block_heartbeats: [node1, node2]", .blockHeartbeats(nodes(0, 1), .into, all)),
      (
        "block_heartbeats: {node: node4, direction: out, network: lan}",
        .blockHeartbeats(nodes(3), .out, all)
      ),
      (
        "loss: {uplink: 100 %, senders: node3}",
        .loss(all, uplink: .independent(1), downlink: nil, at: nodes(2))
      ),
      (
        "loss: {uplink: {gilbert: {enter: 1 %, leave: 50 %}}}",
        .loss(
          all, uplink: .gilbertElliott(enter: 0.01, leave: 0.5, lossGood: 0, lossBad: 1), downlink: nil,
          at: .empty)
      ),
      ("delay: 5 ms", .delay(all, .constant(.milliseconds(5)))),
      (
        "delay: {network: lan, normal: [5 ms, 1 ms]}",
        .delay(all, .normal(mean: .milliseconds(5), sd: .milliseconds(1)))
      ),
      ("one_way_cut: {from: node1, to: [node2, node3]}", .oneWayCut(from: nodes(0), to: nodes(1, 2), all)),
      ("pair_cut: [node1, node2]", .pairCut(nodes(0), nodes(1), all)),
      ("pair_cut: {left: node1, right: [node2, node3], network: lan}", .pairCut(nodes(0), nodes(1, 2), all)),
      ("partition: [[node1, node2], [node3]]", .partition([nodes(0, 1), nodes(2)], all)),
      ("partition: {sides: [[node1, node2]], network: lan}", .partition([nodes(0, 1)], all)),
      ("bridge: {left: node1, right: [node2], by: node3}", .bridge(nodes(0), nodes(1), by: nodes(2), all)),
      ("network_down: lan", .networkDown(all)),
      ("interface_down: {node: node2, network: lan}", .interfaceDown(nodes(1), all)),
      ("commit_failure: node1", .commitFailure(nodes(0))),
      ("weight: {node: node1, group: web, weight: 50}", .weight(nodes(0), GroupID(0), 50)),
      ("application_crash: node1", .applicationCrash(nodes(0))),
      ("application_hang: [node1, node2]", .applicationHang(nodes(0, 1))),
      ("application_slow: {node: node2, delay: 2 s}", .applicationSlow(nodes(1), delay: .seconds(2))),
      ("weight: {node: node1, weight: 0}", .weight(nodes(0), GroupID(0), 0)),
    ] as [(String, FaultKind)])
  func eachKindReadsAsItIsWritten(text: String, kind: FaultKind) throws {
    // Restart and resume need something before them.
    let stops = text.hasPrefix("restart") ? ["{at: 1 s, crash: node1}"] : []
    let faults = try ScenarioFaultTests.faults(stops + ["{at: 20 s, \(text)}"]).get()
    #expect(faults.last == Fault(at: .seconds(20), kind: kind))
  }

  @Test func anUpgradeLasts100MsIfNothingIsSaid() throws {
    let faults = try ScenarioFaultTests.faults([
      "{at: 20 s, upgrade: [node1, node2]}", "{at: 21 s, for: 1 s, upgrade: node1}",
    ])
    .get()
    let both = FaultKind.upgrade(ScenarioFaultTests.nodes(0, 1))
    #expect(faults[0] == Fault(at: .seconds(20), until: .milliseconds(20_100), kind: both))
    #expect(faults[1].until == .seconds(22))
  }

  @Test func anEndIsALengthOrATimeAndFaultsAreSortedByTimeTiesInFileOrder() throws {
    let faults = try ScenarioFaultTests.faults([
      "{at: 30 s, until: 40 s, stall: node1}", "{at: 20 s, for: 500 ms, pause: node2}",
      "{at: 30 s, crash: node3}",
    ]).get()
    #expect(
      faults == [
        Fault(at: .seconds(20), until: .milliseconds(20_500), kind: .pause(ScenarioFaultTests.nodes(1))),
        Fault(at: .seconds(30), until: .seconds(40), kind: .stall(ScenarioFaultTests.nodes(0))),
        Fault(at: .seconds(30), kind: .crash(ScenarioFaultTests.nodes(2))),
      ])
  }

  @Test(
    arguments: [
      (
        ["{at: 20, crash: node1}"],
        ["4:10: '20' has no unit; expected a time, such as '100 ms' (ns, us, ms, s, min, h)"]
      ),
      (["{crash: node1}"], ["4:5: 'at' is missing; expected a time since the start, such as 20 s"]),
      (["{at: 61 s, crash: node1}"], ["4:10: a fault at 61 s, after the end of the run at 1 min"]),
      (["{at: 60 s, crash: node1}"], ["4:10: a fault at 1 min, where the run ends"]),
      (
        ["{at: {uniform: [60 s, 70 s]}, crash: node1}"],
        ["4:10: a fault at 1 min at the earliest, where the run ends"]
      ),
      (
        ["{at: 20 s, every: 20 s, times: 3, for: 1 s, stall: node1}"],
        ["4:36: number 3 of them comes at 1 min, where the run ends"]
      ),
      (
        ["{at: 20 s, every: 720 h, times: 10000, for: 1 s, stall: node1}"],
        ["4:37: number 10000 of them comes after the end of the run at 1 min"]
      ),
      (["{at: 1 s, crsh: node1}"], ["4:15: unknown key 'crsh'; did you mean 'crash'?"]),
      (
        ["{at: 1 s}"],
        [
          "4:5: 'faults' does not say what it is; expected one of crash, restart, stop, leave, drain, resume, pause, stall, kill, upgrade, loss, delay, one_way_cut, pair_cut, partition, bridge, network_down, interface_down, block_heartbeats, commit_failure, weight, reload, application_crash, application_hang or application_slow"
        ]
      ),
      (
        ["{at: 1 s, crash: node1, kill: node2}"],
        [
          "4:5: crash and kill at once; expected one of crash, restart, stop, leave, drain, resume, pause, stall, kill, upgrade, loss, delay, one_way_cut, pair_cut, partition, bridge, network_down, interface_down, block_heartbeats, commit_failure, weight, reload, application_crash, application_hang or application_slow"
        ]
      ),
      (["{at: 1 s, crash: nod3}"], ["4:22: unknown node 'nod3'; did you mean 'node3'?"]),
      (["{at: 5 s, until: 4 s, stall: node1}"], ["4:22: until 4 s is not after the fault at 5 s"]),
      (
        ["{at: 5 s, for: 4 s, until: 9 s, stall: node1}"],
        ["4:20: 'for' and 'until' at once; expected one of them"]
      ),
      (["{at: 5 s, for: 4 s, resume: node1}"], ["4:20: 'resume' happens at one time and has no end"]),
      (["{at: 5 s, restart: node1}"], ["4:15: 'restart' of node1 at 5 s: it has not stopped"]),
      (
        ["{at: 5 s, crash: node1}", "{at: 6 s, crash: [node1, node2]}"],
        ["5:15: 'crash' of node1 at 6 s: it has crashed"]
      ),
      (
        ["{at: 5 s, upgrade: node1}", "{at: 5050 ms, kill: node1}"],
        ["5:19: 'kill' of node1 at 5050 ms: it has no daemon, which is being upgraded"]
      ),
      (
        ["{at: 5 s, crash: node1}", "{at: 6 s, upgrade: node1}"],
        ["5:15: 'upgrade' of node1 at 6 s: it has crashed"]
      ),
      (
        ["{at: 5 s, crash: node1}", "{at: 6 s, stall: node1}"],
        ["5:15: 'stall' of node1 at 6 s: it has crashed"]
      ),
      (
        ["{at: 5 s, leave: node1}", "{at: 6 s, drain: node1}"], ["5:15: 'drain' of node1 at 6 s: it has left"]
      ),
      (
        ["{at: 5 s, drain: node1}", "{at: 6 s, drain: node1}"],
        ["5:15: 'drain' of node1 at 6 s: it is drained already"]
      ),
      (
        ["{at: 5 s, for: 3 s, pause: node1}", "{at: 6 s, stall: node1}"],
        ["5:15: 'stall' of node1 at 6 s: it is still paused or stalled"]
      ),
      (
        ["{at: 5 s, partition: [[node1, node2], [node2]]}"],
        ["4:26: node 'node2' is on two sides of the 'partition'"]
      ),
      (
        ["{at: 5 s, partition: [[node1, node2, node3, node4]]}"],
        ["4:26: a partition with one side; expected nodes that no longer hear each other"]
      ),
      (["{at: 5 s, network_down: wan}"], ["4:29: unknown network 'wan'; did you mean 'lan'?"]),
      (
        ["{at: 5 s, loss: {receivers: node1, uplink: 1 %}}"],
        ["4:33: 'receivers' beside 'uplink'; expected 'downlink': all miss what the sender loses"]
      ),
      (
        ["{at: 5 s, loss: {senders: node1, downlink: 1 %}}"],
        ["4:31: 'senders' beside 'downlink'; expected 'uplink': receivers miss what comes to them"]
      ),
      (
        ["{at: 5 s, block_heartbeats: {node: node1, direction: inn}}"],
        ["4:58: unknown direction 'inn'; did you mean 'in'?"]
      ),
      (
        ["{at: 5 s, weight: {node: node1, weight: 101}}"],
        [
          "4:45: weight 101 above the configured 100 of node1; expected 0 to 100: a running farm can only take buckets away"
        ]
      ),
      (["{at: 5 s, one_way_cut: {from: node1, to: node1}}"], ["4:28: a node cut from itself"]),
      (["{at: 5 s, network_down: [lan, lan]}"], ["4:35: network 'lan' is listed twice"]),
      // Faults of one kind that overlap.
      (
        ["{at: 5 s, for: 5 s, network_down: lan}", "{at: 7 s, for: 5 s, network_down: lan}"],
        [
          "5:25: 'network_down' of lan at 7 s: an earlier one lasts until 10 s; expected one after the other, or one that lasts for all of the time"
        ]
      ),
      (
        [
          "{at: 5 s, interface_down: {node: node2}}",
          "{at: 7 s, for: 1 s, interface_down: {node: [node1, node2]}}",
        ],
        [
          "5:25: 'interface_down' of node2 at 7 s: an earlier one lasts to the end of the run; expected one after the other, or one that lasts for all of the time"
        ]
      ),
      (
        [
          "{at: 5 s, for: 5 s, block_heartbeats: {node: node2, direction: both}}",
          "{at: 7 s, for: 1 s, block_heartbeats: node2}",
        ],
        [
          "5:25: 'block_heartbeats' of node2 at 7 s: an earlier one lasts until 10 s; expected one after the other, or one that lasts for all of the time"
        ]
      ),
      (
        ["{at: 5 s, every: 2 s, times: 9, for: 3 s, commit_failure: node1}"],
        [
          "4:47: 'commit_failure' of node1 at 7 s: an earlier one lasts until 8 s; expected one after the other, or one that lasts for all of the time"
        ]
      ),
      (
        [
          "{at: 5 s, for: 5 s, weight: {node: node1, weight: 5}}",
          "{at: 6 s, for: 5 s, weight: {node: node1, weight: 6}}",
        ],
        [
          "5:25: 'weight' of node1 at 6 s: an earlier one lasts until 10 s; expected one after the other, or one that lasts for all of the time"
        ]
      ),
      (
        ["{at: 5 s, for: 5 s, application_hang: all}", "{at: 9 s, for: 5 s, application_hang: node4}"],
        [
          "5:25: 'application_hang' of node4 at 9 s: an earlier one lasts until 10 s; expected one after the other, or one that lasts for all of the time"
        ]
      ),
    ] as [([String], [String])])
  func aPlanThatCannotHappenIsReported(plan: [String], expected: [String]) {
    guard case .failure(let problems) = ScenarioFaultTests.faults(plan) else {
      return #expect(Bool(false), "read without a problem")
    }
    #expect(problems.problems.map { "\($0)".replacing("bad.yaml:", with: "") } == expected)
  }

  @Test(arguments: [
    ["{at: 5 s, for: 5 s, crash: node1}", "{at: 10 s, crash: node1}"],
    ["{at: 5 s, drain: node1}", "{at: 20 s, restart: node1}", "{at: 30 s, drain: node1}"],
    ["{at: 5 s, upgrade: node1}", "{at: 5100 ms, upgrade: node1}", "{at: 6 s, kill: node1}"],
    ["{at: 5 s, kill: node1}", "{at: 6 s, crash: node1}", "{at: 7 s, restart: node1}"],
    ["{at: 5 s, for: 1 s, stall: node1}", "{at: 6 s, for: 1 s, stall: node1}"],
    ["{at: 9 s, restart: node1}", "{at: 5 s, stop: node1}"],
    ["{at: 5 s, for: 5 s, network_down: lan}", "{at: 10 s, for: 5 s, network_down: lan}"],
    ["{at: 5 s, for: 5 s, network_down: lan}", "{at: 7 s, for: 5 s, interface_down: {node: node1}}"],
    ["{at: 5 s, for: 5 s, loss: 5 %}", "{at: 7 s, for: 1 s, loss: 50 %}"],
    ["{at: 5 s, weight: {node: node1, weight: 5}}", "{at: 6 s, weight: {node: node1, weight: 6}}"],
    ["{at: 5 s, application_crash: node1}", "{at: 9 s, application_crash: node1}"],
  ])
  func aPlanThatCanHappenIsNotReported(plan: [String]) throws {
    #expect(try ScenarioFaultTests.faults(plan).get().count == plan.count)
  }
}
