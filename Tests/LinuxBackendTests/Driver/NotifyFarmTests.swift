import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// What real daemons tell the command of `notify:`.
@Suite(.serialized, .needsNamespaces)
struct NotifyFarmTests {
  /// A farm in which both nodes tell, each into a file of its own in the folder. `SCRIPT` is what a node's command does
  /// besides.
  static func farm(_ script: String = "true", timeout: String = "5 s") throws -> DaemonFarm {
    let farm = try DaemonFarm()
    let command =
      "read line; echo \"$line\" >> \(farm.folder)/told; \(script.replacing("PIDS", with: farm.folder + "/pids"))"
    try farm.write(
      DaemonFarm.usual.replacing(
        "flap: off", with: "flap: off\n  notify: {command: '\(command)', timeout: \(timeout)}"))
    return farm
  }

  static func told(_ farm: DaemonFarm, by node: String) throws -> [NotifyMessage] {
    let text = (try? String(contentsOfFile: farm.folder + "/told", encoding: .utf8)) ?? ""
    return try text.split(separator: "\n").map { try ControlJSON.read(NotifyMessage.self, from: $0.utf8) }
      .filter { $0.node == node }
  }

  static func wait(_ farm: DaemonFarm, by node: String, for event: FarmEventKind) async throws
    -> NotifyMessage
  {
    let end = Date(timeIntervalSinceNow: 10)
    while true {
      if let found = try told(farm, by: node).last(where: { $0.event == event.rawValue }) { return found }
      let logs = farm.nodes.map(\.log)
      try #require(Date() < end, "\(event) by \(node): \(logs)")
      try await Task.sleep(nanoseconds: 20_000_000)
    }
  }

  /// After a crash the survivor's command hears of the member, and of what was taken over from it.
  @Test func afterACrashTheSurvivorsCommandHearsWhatWasTakenOver()
    async throws
  {
    let farm = try Self.farm()
    try await farm.startAll()
    _ = try await Self.wait(farm, by: "node1", for: .inService)
    farm.nodes[1].end(by: SIGKILL)
    let removed = try await Self.wait(farm, by: "node1", for: .memberRemoved)
    #expect(removed.member == "node2" && removed.text == "node1 misses node2: nobody has heard it in time")
    let taken = try await Self.wait(farm, by: "node1", for: .tookOver)
    #expect(taken.buckets == 128 && taken.from == ["node2"] && taken.group == "default")
    #expect(taken.status == "up" && taken.epoch > 0 && taken.view.count == 16)
    let report = try await farm.nodes[0].wait { $0.groups[0].claims == [256, 0] }
    #expect(taken.view == report.view.digest)
    // Its leave is told before it ends, and it leaves no process behind.
    let status = farm.nodes[0].end(by: SIGTERM)
    #expect(status == 0, "\(farm.nodes[0].log)")
    let last = try #require(try Self.told(farm, by: "node1").last { $0.event == "out_of_service" })
    #expect(last.reason == "leaving" && last.status == "leaving")
    #expect(!farm.nodes[0].log.contains("notify:"), "\(farm.nodes[0].log)")
  }

  @Test func aCommandThatHangsIsEndedAndNeitherHeartbeatsNorTheOtherNodeNotice() async throws {
    let farm = try Self.farm("sleep 1000 & echo $! >> PIDS; wait", timeout: "700 ms")
    try await farm.startAll()
    let before = try await farm.nodes[0].wait { $0.groups[0].holes == 0 }
    try await Task.sleep(nanoseconds: 4_000_000_000)
    let after = try await farm.nodes[0].wait { _ in true }
    #expect(farm.nodes[0].log.contains("notify: read line; echo"), "\(farm.nodes[0].log)")
    #expect(farm.nodes[0].log.contains("no answer in time"))
    #expect(after.view.epoch == before.view.epoch && after.groups[0].claims == [128, 128])
    // About ten a second for four seconds.
    #expect(after.heartbeats.sent - before.heartbeats.sent > 36)
    for node in farm.nodes {
      #expect(!node.log.contains("stood still") && !node.log.contains("is removed"), "\(node.log)")
    }
    for node in farm.nodes { #expect(node.end(by: SIGTERM) == 0) }
    let pids = try String(contentsOfFile: farm.folder + "/pids", encoding: .utf8)
    // Processes that were killed with their group are not reaped by this process.
    for pid in pids.split(separator: "\n").compactMap({ Int32($0) }) {
      for _ in 0..<250 where kill(pid, 0) == 0 { try await Task.sleep(nanoseconds: 20_000_000) }
      #expect(kill(pid, 0) != 0, "\(pid) runs on")
    }
  }

  @Test func aFileThatIsReadAgainChangesWhoIsTold() async throws {
    let farm = try Self.farm()
    try await farm.startAll()
    _ = try await Self.wait(farm, by: "node1", for: .inService)
    let text = try String(contentsOfFile: farm.file, encoding: .utf8)
    try text.replacing("told;", with: "told2;").write(toFile: farm.file, atomically: true, encoding: .utf8)
    #expect(try await farm.order(0, "reload").contains("settings are those in force"))
    farm.nodes[1].end(by: SIGKILL)
    _ = try await farm.nodes[0].wait { $0.groups[0].claims == [256, 0] }
    for _ in 0..<200 where !FileManager.default.fileExists(atPath: farm.folder + "/told2") {
      try await Task.sleep(nanoseconds: 20_000_000)
    }
    #expect(try String(contentsOfFile: farm.folder + "/told2", encoding: .utf8).contains("member_removed"))
    #expect(!(try Self.told(farm, by: "node1").contains { $0.event == "member_removed" }))
  }

  @Test func preflightSaysWhetherTheProgramIsThereAndMayBeRun() throws {
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func check(_ command: String) throws -> [PreflightCheck] {
      let text = DaemonFarm.usual.replacing("flap: off", with: "flap: off\n  notify: {command: \(command)}")
      let file = try DaemonFile.read(text: text.replacing("KEY", with: "/k"), file: "farm.yaml").get()
      return HostPreflight(DriverSetup(file, node: NodeID(0)), connections: 1).notifyCommand()
    }
    let program = folder + "/event"
    #expect(try check("[\(program)]").map(\.hasFailed) == [true], "it is not there")
    try Data("#!/bin/sh\n".utf8).write(to: URL(fileURLWithPath: program))
    let unable = try check("[\(program), --json]")
    #expect(unable.map(\.hasFailed) == [true], "it may not be run: \(unable)")
    chmod(program, 0o755)
    #expect(try check("\(program) --json") == [PreflightCheck("notify command", .ok(program))])
    #expect(try check("[\(folder)]").map(\.hasFailed) == [true], "a folder")
    #expect(try check("logger farm").map(\.hasFailed) == [false])
    let none = try DaemonFile.read(text: DaemonFarm.usual.replacing("KEY", with: "/k"), file: "f").get()
    #expect(HostPreflight(DriverSetup(none, node: NodeID(0)), connections: 1).notifyCommand() == [])
  }
}
