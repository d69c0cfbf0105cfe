import FarmFile
import Foundation
import TestSupport
import Testing

/// `farmd` explains itself.
@Suite struct FarmdHelpTests {
  @Test(arguments: [
    [], ["run"], ["status"], ["drain"], ["resume"], ["leave"], ["reload"], ["set-weight"], ["owner"],
    ["key"],
    ["preflight"],
  ])
  func everyCommandHasExamplesThatBeginWithItsName(command: [String]) async throws {
    let help = try await Farmd.run(BuiltProgram.farmd.path, command + ["--help"])
    #expect(help.status == 0 && help.errors == "")
    let examples = help.output.components(separatedBy: "EXAMPLES\n").dropFirst().first ?? ""
    #expect(examples.hasPrefix("  farmd " + command.filter { $0 != "run" }.joined()))
  }

  @Test func whoeverWantsToBeToldOfEventsLearnsHow() async throws {
    #expect(try await Farmd.run("--help").output.contains("'notify:' in its farm block"))
  }

  @Test func anUnknownCommandIsNamedWithTheNearestOne() async throws {
    let farmd = try await Farmd.run("drian")
    #expect(farmd.status == 64)
    #expect(farmd.errors.hasPrefix("Error: there is no command 'drian'; did you mean 'drain'?\n"))
    #expect(try await Farmd.run("frobnicate").status == 64)
  }

  @Test func theFarmFileOfTheReadmeIsRight() throws {
    let readme = try String(
      contentsOf: BuiltProgram.root.appendingPathComponent("README.md"), encoding: .utf8)
    let file = try #require(
      readme.matches(of: /```yaml\n((?s).*?)```/).map { String($0.1) }.first { $0.contains("\nlinux:\n") })
    let daemon = try DaemonFile.read(text: file, file: "farm.yaml").get()
    #expect(daemon.farm.nodes == ["paris", "lyon", "nice"])
    #expect(daemon.linux.keyFile == "/etc/farmd/key")
  }
}
