import Engine
import FarmFile
import Foundation
import LinuxBackend
import TestSupport
import Testing

/// `farmd`'s commands talk to a daemon and end with the right code.
@Suite struct CommandTests {
  @Test func statusPrintsTheTableOrJSONThatReadsBack() async throws {
    try await ControlBench.with { bench in
      let text = try await Farmd.run("status", "--socket", bench.path)
      #expect(text.status == 0 && text.errors == "")
      #expect(text.output == StatusText(.sample).text)
      let json = try await Farmd.run("status", "--json", "--socket", bench.path)
      #expect(json.output == ControlJSON.text(StatusReport.sample) + "\n")
    }
  }

  @Test func ordersReachTheDaemon() async throws {
    let farm = FakeFarm()
    try await ControlBench.with(farm) { bench in
      let drain = try await Farmd.run("drain", "--deadline", "1.5min", "--force", "--socket", bench.path)
      #expect(drain.status == 0 && drain.output == "draining\n")
      for order in ["resume", "leave", "reload"] {
        #expect(try await Farmd.run(order, "--socket", bench.path).status == 0)
      }
      #expect(try await Farmd.run("set-weight", "0", "--group", "web", "--socket", bench.path).status == 0)
      #expect(
        farm.followed == [
          .drain(deadline: .seconds(90), isForced: true), .resume, .leave, .setWeight(GroupID(0), 0),
        ])
    }
  }

  @Test func drainWithWaitEndsWith1WhenTheNodeDoesNotDrain() async throws {
    try await ControlBench.with { bench in
      let drain = try await Farmd.run("drain", "--wait", "--socket", bench.path)
      #expect(drain.status == 1)
      #expect(drain.errors == "Error: node1 drains no longer: it is up\n")
    }
  }

  @Test func aRefusalIsOneLineAndCode1() async throws {
    try await ControlBench.with(FakeFarm(refusing: .lastNodeUp)) { bench in
      let drain = try await Farmd.run("drain", "--socket", bench.path)
      #expect(drain.status == 1 && drain.output == "")
      #expect(drain.errors.hasPrefix("Error: this is the last node that is up"))
      #expect(drain.errors.count { $0 == "\n" } == 1)
    }
  }

  @Test(arguments: [["status"], ["drain"], ["resume"], ["leave"], ["reload"], ["set-weight", "5"]])
  func withoutADaemonEveryCommandEndsWith69AndNamesTheSocket(command: [String]) async throws {
    let farmd = try await Farmd.run(
      BuiltProgram.farmd.path, command + ["--socket", "/tmp/there-is-none.sock"])
    #expect(farmd.status == 69 && farmd.output == "")
    #expect(
      farmd.errors
        == "Error: no farmd answers at /tmp/there-is-none.sock: there is no such socket; is farmd running?\n")
  }

  @Test(arguments: [
    ["drain", "--deadline", "60"], ["drain", "--deadline", "soon"], ["drain", "--deadline", "8000h"],
    ["set-weight"], ["set-weight", "1001"], ["set-weight", "-1"], ["status", "--nonsense"], ["key"],
    ["preflight", "--set", "nothing"],
  ])
  func aWrongCommandLineEndsWith64(command: [String]) async throws {
    let farmd = try await Farmd.run(BuiltProgram.farmd.path, command)
    #expect(farmd.status == 64, "\(farmd)")
    #expect(farmd.errors.contains("Error: "))
  }

  @Test func aFarmFileThatIsWrongEndsWith65AndItsProblems() async throws {
    let farmd = try await Farmd.run("status", "--config", "/tmp/there-is-none.yaml")
    #expect(farmd.status == 65 && farmd.errors == "/tmp/there-is-none.yaml: no such file\n")
  }

  @Test func aKeyFileIsWrittenOnce() async throws {
    let folder = try ControlBench.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try await Farmd.run("key", folder + "/key").status == 0)
    let again = try await Farmd.run("key", folder + "/key")
    #expect(again.status == 73)
    #expect(
      again.errors.hasSuffix("cannot be created: there is a file already; a key is never overwritten\n"))
  }

  @Test(arguments: ["run", "status", "drain", "resume", "leave", "reload", "set-weight", "owner", "key"])
  func everyCommandHasHelpWithExamples(command: String) async throws {
    let farmd = try await Farmd.run(command, "--help")
    #expect(farmd.status == 0 && farmd.output.contains("EXAMPLES"))
  }
}
