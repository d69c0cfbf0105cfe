import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import farmsim

/// Every command that README, documents and help show can be typed as it stands, and prints what they show.
@Suite struct DocumentTests {
  private static let documents = DocumentCommand.ofDocuments
  /// A command with the subcommands that have a help text of their own.
  private static let helps = [
    "farmsim": ["", "run", "validate", "scenarios", "owner", "lab", "calibrate", "soak", "measures"],
    "farmd": [
      "", "run", "status", "drain", "resume", "leave", "reload", "set-weight", "owner", "key", "preflight",
    ],
  ]

  @Test func thereAreSome() {
    #expect(Self.documents.filter { !$0.isInSentence }.count > 30)
    #expect(Self.documents.filter(\.isInSentence).count > 50)
  }

  @Test(arguments: documents) func aCommandOfADocumentIsUnderstood(command: DocumentCommand) throws {
    try check(command)
  }

  @Test(arguments: ["farmsim", "farmd"]) func everyExampleOfAHelpIsUnderstood(program: String) throws {
    let path = program == "farmd" ? BuiltProgram.farmd : BuiltProgram.farmsim
    for name in try #require(Self.helps[program]) {
      let help = try Farmsim.run([path.path] + (name.isEmpty ? [] : [name]) + ["--help"], program: "env")
        .output
      let examples = DocumentCommand.ofHelp(help, place: "\(program) \(name) --help")
      #expect(!examples.isEmpty)
      for example in examples {
        #expect(try example.calls().contains { $0.first == program }, "\(example.testDescription)")
        try check(example)
      }
      #expect(help.contains("\nEXIT CODES\n  0    "), "\(program) \(name)")
      // A line that the parser of arguments had to break begins at the margin.
      let codes = help.components(separatedBy: "EXIT CODES\n").last ?? ""
      #expect(
        codes.prefix(through: try #require(codes.firstRange(of: "\n\n")?.lowerBound))
          .split(separator: "\n").allSatisfy { $0.hasPrefix("  ") })
    }
  }

  /// - Throws: nothing; what is not understood is an issue.
  private func check(_ command: DocumentCommand) throws {
    for call in try command.calls() {
      let words = Array(call.dropFirst())
      let isName = command.isInSentence && words.count <= 1
      switch call[0] {
      case "farmsim" where isName:
        #expect(Self.helps["farmsim"]?.contains(words.first ?? "") == true, "\(command.testDescription)")
      case "farmsim":
        #expect(throws: Never.self, "\(command.testDescription)") { try farmsim.Farmsim.parseAsRoot(words) }
      case "farmd":
        let complaint = try Self.farmd.get().complaint(words, isName: isName)
        #expect(complaint == nil, "\(command.testDescription): \(complaint ?? "")")
      default:
        let make = try Farmsim.run(["-n"] + words, program: "make")
        #expect(make.status == 0, "\(command.testDescription): \(make.errors)")
      }
    }
  }

  private static let farmd = Result { try OptionTable(program: BuiltProgram.farmd) }

  /// Those that show their output, and those that change a value; the others are played by `ScenarioFolderTests`.
  @Test(
    arguments: documents.filter { command in
      !command.isInSentence && !command.text.hasPrefix("sudo")
        && (command.text.contains("farmsim ") && (!command.output.isEmpty || command.text.contains("--"))
          || command.text == "make demo")
    })
  func itPrintsWhatIsShown(command: DocumentCommand) throws {
    let folder = try TemporaryFolder()
    try Self.prepare(folder)
    var command = command
    if command.text == "make demo" {
      command.text = "farmsim run Scenarios/node-crash.yaml --report demo/node-crash"
      command.output.removeAll { $0.hasPrefix("Build of") }
    }
    // What takes minutes with a hundred is as good with two.
    let words = try #require(try command.calls().first).dropFirst().map { $0 == "100" ? "2" : $0 }
    let run = try Farmsim.run(
      ["-c", "cd \"$1\" && shift && exec \"$@\"", "bash", folder.path, BuiltProgram.farmsim.path] + words,
      program: "bash")
    #expect(run.status == 0 || run.status == 1, "\(command.testDescription): \(run.errors)")
    expect(run, shows: command)
  }

  /// The files that the documents speak of.
  private static func prepare(_ folder: TemporaryFolder) throws {
    let readme = try String(contentsOfFile: BuiltProgram.root.path + "/README.md", encoding: .utf8)
    let examples = readme.matches(of: /```yaml\n((?s).*?)```/).map { String($0.1) }
    try #require(examples.count == 2)
    _ = try folder.write(examples[0], as: "my-farm.yaml")
    _ = try folder.write(examples[1], as: "farm.yaml")
    _ = try folder.write("client,port\n203.0.113.77,40112\n", as: "clients.csv")
    _ = try folder.write("networks: {lan: {delay: 20 us}}\n", as: "calibration.yaml")
    try FileManager.default.createSymbolicLink(
      at: folder.file("Scenarios"), withDestinationURL: BuiltProgram.root.appendingPathComponent("Scenarios"))
  }

  private func expect(_ run: Farmsim, shows command: DocumentCommand) {
    let isSame =
      (try? String(contentsOfFile: BuiltProgram.root.path + "/Reports/node-crash/report.md", encoding: .utf8))?
      .contains("| Platform | \(Platform.text) |") == true
    // Digests are promised for one platform.
    func line(_ text: some StringProtocol) -> String {
      isSame ? String(text) : String(text).replacing(/digest [0-9a-f]{16}/, with: "digest")
    }
    let printed = (run.output + run.errors).split(separator: "\n").map { line($0) }
    var next = 0
    var isGap = false
    for shown in command.output.map({ line($0) }) {
      if shown == "..." {
        isGap = true
        continue
      }
      let found =
        isGap
        ? printed[next...].firstIndex(of: shown) : next < printed.count && printed[next] == shown ? next : nil
      guard let found else {
        Issue.record(
          "\(command.testDescription) prints '\(next < printed.count ? printed[next] : "")' where it shows '\(shown)'"
        )
        return
      }
      (next, isGap) = (found + 1, false)
    }
  }
}
