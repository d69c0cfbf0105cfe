import Foundation
import Sim
import TestSupport
import Testing

@testable import farmsim

@Suite struct RunTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ expectation: String = "rebalance_time.max: <= 2 s") throws -> String {
    try folder.write(SmallFarm.yaml(expectation: expectation), as: "small.yaml")
  }

  private func json(_ run: Farmsim) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test func anExpectationThatHoldsIs0() throws {
    let run = try Farmsim.run(["run", try file()])
    #expect(run.status == 0)
    #expect(run.output.contains("What happens to the clients of a small farm"))
    #expect(run.output.contains("holds  rebalance_time.max <= 2 s"))
  }

  @Test func anExpectationThatFailsIs1() throws {
    let run = try Farmsim.run(["run", try file("rebalance_time.max: <= 1 ms")])
    #expect(run.status == 1)
    #expect(run.output.contains("fails  rebalance_time.max <= 1 ms"))
  }

  /// A node that comes back resets what it does not know of, unless it waits for the word of the others: a `flow_grace`
  /// of none gives them no time to tell the flows that they keep in 4096 buckets.
  @Test func aPropertyThatIsViolatedIs2WhateverIsExpected() throws {
    let path = try folder.write(
      """
      # Is a live flow reset when nodes do not wait for each other's word?
      farm:
        nodes: 3
        virtual_ip: 192.0.2.100
        flow_grace: 0 s
        groups: {web: {buckets: 4096}}
        rules: [{port: 443, identity: address_port}]
      traffic: {arrivals: 200/s, clients: 5000, flow: {duration: {exponential: 60 s}, segment_interval: 300 ms}}
      faults:
        - {at: 20 s, weight: {node: node1, weight: 0}}
        - {at: 25 s, crash: node3, for: 5 s}
      run: {duration: 60 s}
      expect: {flows_opened: "> 0"}

      """, as: "hasty.yaml")
    let run = try Farmsim.run(["run", path, "--quiet"])
    #expect(run.status == 2)
    #expect(
      run.output.contains(
        "violated  S13, no flow is reset that a live node still has: flows_reset.outside_failed_nodes is "))
    let json = try json(Farmsim.run(["run", path, "--format", "json"]))
    let violations = try #require(json["violations"] as? [[String: Any]])
    #expect(violations.map { $0["property"] as? String } == ["S13"])
    #expect(json["passed"] as? Bool == false)
    #expect(try Farmsim.run(["run", path, "--quiet", "--set", "farm.flow_grace=1 h"]).status == 0)
  }

  @Test func quietSaysNothingUnlessSomethingFails() throws {
    let good = try Farmsim.run(["run", try file(), "--quiet"])
    #expect(good.status == 0 && good.output.isEmpty && good.errors.isEmpty)
    let bad = try Farmsim.run(["run", try file("flows_opened: == 0"), "--quiet"])
    #expect(bad.status == 1 && bad.output.contains("flows_opened"))
  }

  @Test func theKeysOfJSONAreTheMeasures() throws {
    let run = try Farmsim.run(["run", try file(), "--format", "json"])
    let measures = try #require(try json(run)["measures"] as? [String: Any])
    #expect(Set(measures.keys) == Set(Measure.allCases.map(\.name)))
    let longest = try #require(measures["rebalance_time.max"] as? Double)
    // Default profile: detection above tau - T and at most tau, plus delay and commit.
    #expect(longest > 0.449 && longest < 0.560)
  }

  /// Swift seeds its hash tables anew in each process, unless told not to.
  @Test func twoProcessesGiveTheSameBytesWhateverTheirHashSeeds() throws {
    let arguments = ["run", try file(), "--trials", "3", "--format", "json"]
    let runs = try [[:], [:], ["SWIFT_DETERMINISTIC_HASHING": "1"]].map {
      try Farmsim.run(arguments, environment: $0)
    }
    #expect(runs.allSatisfy { $0.status == 0 })
    #expect(runs[1].output == runs[0].output)
    #expect(runs[2].output == runs[0].output)
  }

  @Test func anotherSeedGivesAnotherDigest() throws {
    let digests = try [1, 2].map {
      try json(Farmsim.run(["run", try file(), "--seed", "\($0)", "--format", "json"]))["digest"] as? String
    }
    #expect(digests[0] != nil && digests[1] != nil && digests[0] != digests[1])
  }

  @Test func aValueCanBeSetWithoutTouchingTheFile() throws {
    let run = try Farmsim.run(["run", try file(), "--set", "run.duration=9 s", "--format", "json"])
    #expect(try json(run)["simulated_seconds"] as? Double == 9)
  }

  /// The picture is of the trial that the answer tells of, and the command beside it plays that trial.
  @Test func aReportShowsTheTrialThatItsAnswerTellsOf() throws {
    let path = try file()
    let words = ["run", path, "--trials", "5", "--seed", "5", "--quiet", "--report"]
    #expect(try Farmsim.run(words + [folder.path + "/many"]).status == 0)
    let page = try String(contentsOf: folder.file("many/report.md"), encoding: .utf8)
    let told = try #require(
      page.firstMatch(of: /\*\*Answer:\*\* In the worst of 5 trials \([a-z ]+\), trial (\d+),/)
    ).1
    // Otherwise the first would do.
    try #require(told != "0")
    #expect(page.contains("5 (shown in detail: trial \(told))"))
    let command = try #require(
      page.firstMatch(of: /(?m)^farmsim run (\S+) --seed 5 --trial (\d+) --report many$/))
    #expect(command.1 == path && command.2 == told)
    #expect(
      try Farmsim.run(["run", path, "--seed", "5", "--trial", "\(told)", "--report", folder.path + "/one"])
        .status == 0
    )
    for name in ["ownership.csv", "events.csv"] {
      let both = try ["many", "one"].map { try Data(contentsOf: folder.file("\($0)/\(name)")) }
      #expect(both[0] == both[1], "\(name)")
    }
  }

  @Test func aByteOrderMarkIsNoPartOfTheQuestion() throws {
    let path = try folder.write(
      "\u{feff}" + SmallFarm.yaml(expectation: "packets_twice: == 0"), as: "marked.yaml")
    #expect(try Farmsim.run(["run", path]).output.hasPrefix("What happens to the clients of a small farm"))
    #expect(try Farmsim.run(["run", path, "--report", ""]).status == 64)
  }

  @Test func oneTrialAloneIsThatOfTheMany() throws {
    let many = try json(Farmsim.run(["run", try file(), "--trials", "3", "--format", "json"]))
    let last = try json(Farmsim.run(["run", try file(), "--trial", "2", "--format", "json"]))
    let first = try json(Farmsim.run(["run", try file(), "--trial", "0", "--format", "json"]))
    #expect(many["digest"] as? String == first["digest"] as? String)
    #expect(last["digest"] as? String != first["digest"] as? String)
    #expect(try Farmsim.run(["run", try file(), "--trial", "1", "--trials", "2"]).status == 64)
  }

  @Test func severalFilesGiveAFolderEach() throws {
    let first = try file()
    let second = try folder.write(SmallFarm.yaml(), as: "other.yaml")
    let run = try Farmsim.run(["run", first, second, "--quiet", "--report", folder.path + "/reports"])
    #expect(run.status == 0)
    for name in ["small", "other"] {
      let page = try String(contentsOf: folder.file("reports/\(name)/report.md"), encoding: .utf8)
      #expect(page.contains("What happens to the clients of a small farm"))
    }
    let index = try String(contentsOf: folder.file("reports/index.md"), encoding: .utf8)
    #expect(index == ReportIndex(of: folder.file("reports").path).markdown)
    #expect(index.contains("[small](small/report.md)") && index.contains("[other](other/report.md)"))
  }

  /// Until the handler stands, a signal would kill; `/proc` says when it does.
  private func interrupt(_ pid: Int32) throws {
    let isCaught = { () throws -> Bool in
      let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") })
      let mask = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) ?? 0
      return mask >> UInt64(SIGINT - 1) & 1 == 1
    }
    while try !isCaught() { usleep(2_000) }
    kill(pid, SIGINT)
  }

  @Test func anInterruptStopsCleanlyAndMarksThePartialResult() throws {
    let run = try Farmsim.run(
      ["run", try file(), "--set", "run.duration=480 h", "--trials", "1000"], whileRunning: interrupt)
    #expect(!run.wasKilled)
    #expect(run.status == 130)
    #expect(run.output.contains("Partial"))
    // What was not played is not told of, and does not hold.
    #expect(!run.output.contains("holds"))
    #expect(
      run.output.contains("when the run was stopped") || run.output.contains("lost power"))
  }

  /// Between the moment from which a signal asks for a stop and the first event.
  @Test func aStopBeforeTheFirstEventGivesAReportToo() async throws {
    let small = try file()
    let words = [small, small, "--trials", "3", "--quiet", "--report", folder.path]
    let command = try #require(try RunCommand.parseAsRoot(words) as? RunCommand)
    let scenarios = try ScenarioFiles.read([small, small], overrides: [])
    let runs = scenarios.map { ScenarioRun(file: small, scenario: $0, options: command) }
    let folders = ReportFolders(
      paths: ["first", "second"].map { folder.file($0).path }, folder: folder.path)
    let control = RunControl()
    control.requestStop()
    await #expect(throws: (any Error).self) { try await command.play(runs, folders, control: control) }
    #expect(folder.entries == ["first", "index.md", "small.yaml"])
    let page = try String(contentsOf: folder.file("first/report.md"), encoding: .utf8)
    #expect(page.contains("**Partial:** the run was interrupted; 3 of 3 trials did not come to the end."))
    #expect(!page.contains("lost power;") && !page.contains("although node2"))
    #expect(page.contains("**undecided**"))
  }

  @Test func anInterruptedReportSaysSoToo() throws {
    let run = try Farmsim.run(
      ["run", try file(), "--set", "run.duration=480 h", "--report", folder.path + "/report"],
      whileRunning: interrupt)
    #expect(run.status == 130)
    let page = try String(contentsOf: folder.file("report/report.md"), encoding: .utf8)
    #expect(page.lowercased().contains("partial"))
  }
}
