import Engine
import FarmFile
import Foundation
import Sim
import TestSupport
import Testing

@testable import Lab

/// A whole lab with the programs that were built with the tests.
@Suite(
  .needsRealFarm,
  .serialized)
struct LabLifeTests {
  static let text = """
    # What does a small farm do when a node fails?
    farm:
      nodes: 3
      virtual_ip: [192.0.2.100, "2001:db8::100"]
      profile: fast
      groups: {web: {buckets: 64}}
      rules: [{port: 80, identity: address_port}]
    traffic:
      - {arrivals: 60/s, clients: 500, flow: {duration: {exponential: 1 s}, segment_interval: 200 ms}}
      - {arrivals: 30/s, clients: {population: 200, ipv6: true}, flow: {duration: {exponential: 1 s}}}
    faults:
      - {at: 9 s, for: 20 s, crash: node2}
    run: {duration: 40 s}
    """

  @Test func aCrashIsPlayedAndClientsOfOtherNodesSeeNothing() throws {
    let scenario = try Scenario.read(text: Self.text, name: "small").get()
    let plan = LabPlan(scenario, repeats: 1)
    let programs = LabPrograms(farmd: BuiltProgram.farmd.path, server: BuiltProgram.farmsim.path)
    let player = LabPlayer(plan, text: Self.text, file: "small.yaml", programs: programs)
    let outcome = try player.play(control: RunControl())
    #expect(outcome.failure == nil, "\(outcome.failure?.description ?? "")")
    let played = try #require(outcome.repeats.first)
    func value(_ measure: Measure) throws -> Double {
      let index = measure.index
      return try #require(played.values[index])
    }
    #expect(try value(.flowsOpened) > 200)
    #expect(try value(.flowsBrokenOutsideFailedNodes) == 0)
    #expect(try value(.connectsFailed) == 0)
    #expect(try value(.connectsReset) == 0)
    #expect(played.events.map(\.kind).contains(.fault(index: 0, isEnd: true)))
    #expect(played.events.map(\.kind).contains(.reached(NodeSet(NodeID(0)).union(NodeSet(NodeID(2))))))
    // Packets of both families got through, to every node.
    var opened = NodeSet.empty
    for case .opened(let node?) in played.clientEvents.map(\.kind) { opened.insert(node) }
    #expect(opened == NodeSet(first: 3))
    // Probes of the lost buckets were unanswered for a while, and none was answered twice.
    #expect(played.probes.allSatisfy { $0.answers.count <= 1 })
    let crash = try #require(played.events.first { $0.kind == .fault(index: 0, isEnd: false) }).at
    let holes = played.probes.filter { $0.answers.isEmpty && $0.at >= crash }
    let back = try #require(played.events.first { $0.kind == .fault(index: 0, isEnd: true) }).at
    #expect(!holes.isEmpty && holes.allSatisfy { $0.at < crash + .milliseconds(400) || $0.at > back })
    // A bucket that is handed over has no owner for some milliseconds.
    #expect(holes.filter { $0.at > back }.count <= 3)
    // The returned node serves again, and the measurements of the filters agree.
    let trial = try #require(outcome.trials(of: plan.scenario).first)
    #expect(trial.unsettled.count == 0)
    #expect(outcome.logs["node2.farmd.log"]?.isEmpty == false)
  }

  // MARK: However it ends, nothing is left

  /// A running lab, seen from outside.
  struct Running {
    let pid: pid_t
    let output: Int32
    private(set) var children: [pid_t] = []

    init() throws {
      let folder = try TemporaryFolder()
      let file = try folder.write(LabLifeTests.text, as: "lab.yaml")
      var ends: [Int32] = [0, 0]
      #expect(pipe(&ends) == 0)
      let nothing = open("/dev/null", O_RDWR)
      defer {
        close(nothing)
        close(ends[1])
      }
      output = ends[0]
      pid = try Program.spawn(
        BuiltProgram.farmsim.path, ["lab", file, "--repeats", "20"], input: nothing, output: ends[1],
        errors: nothing)
      for _ in 0..<200 where children.count < 6 {
        usleep(50_000)
        children = processes(below: pid)
      }
      // The lab has read its file by now.
      withExtendedLifetime(folder) {}
    }

    private func processes(below pid: pid_t) -> [pid_t] {
      let folder = "/proc/\(pid)/task"
      let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return threads.flatMap { thread in
        ((try? String(contentsOfFile: "\(folder)/\(thread)/children", encoding: .utf8)) ?? "")
          .split(separator: " ").compactMap { pid_t($0) }
      }
    }

    /// The network namespaces of some processes.
    static func namespaces(_ pids: [pid_t]) -> Set<String> {
      Set(
        pids.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/ns/net") })
    }

    /// Whether a process runs; a zombie does not.
    static func runs(_ pid: pid_t) -> Bool {
      guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
        let state = text.split(separator: ")").last?.split(separator: " ").first
      else { return false }
      return state != "Z" && state != "X"
    }

    static var everything: [pid_t] {
      ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }
  }

  @Test(arguments: [(SIGKILL, SIGKILL), (SIGINT, 130 << 8), (SIGTERM, SIGTERM)])
  func nothingIsLeft(_ signal: Int32, _ expected: Int32) throws {
    let lab = try Running()
    #expect(lab.children.count == 6, "three daemons and three servers")
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
    let namespaces = Running.namespaces(lab.children)
    #expect(namespaces.count == 3 && !namespaces.contains(own))
    usleep(1_000_000)
    kill(lab.pid, signal)
    var status: Int32 = 0
    waitpid(lab.pid, &status, 0)
    #expect(status == expected)
    let isLeft = {
      lab.children.contains { Running.runs($0) }
        || !Running.namespaces(Running.everything).isDisjoint(with: namespaces)
    }
    for _ in 0..<100 where isLeft() { usleep(50_000) }
    #expect(!isLeft(), "five seconds after its end")
    close(lab.output)
  }
}
