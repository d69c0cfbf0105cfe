import Foundation
import TestSupport
import Testing

/// What is given as a file and is none: read if it ends, refused with one line otherwise, and never waited for.
@Suite struct InputKindTests {
  private let folder: TemporaryFolder
  private let farm: String

  init() throws {
    folder = try TemporaryFolder()
    farm = try folder.write(SmallFarm.yaml(), as: "small.yaml")
  }

  private func pipe(_ name: String = "pipe.yaml") throws -> String {
    try #require(mkfifo(folder.file(name).path, 0o600) == 0)
    return folder.file(name).path
  }

  /// A line of shell, with the program as `$0`, the farm as `$1` and a pipe as `$2`.
  private func shell(_ line: String) throws -> Farmsim {
    try Farmsim.run(
      ["-c", line, BuiltProgram.farmsim.path, farm, try pipe("pipe-\(UUID().uuidString)")], program: "bash")
  }

  @Test(arguments: ["run PIPE", "owner FARM --from PIPE --rule 80"])
  func aPipeThatNobodyWritesToIs65(words: String) throws {
    let pipe = try pipe()
    let run = try Farmsim.run(
      words.split(separator: " ").map { $0 == "PIPE" ? pipe : $0 == "FARM" ? farm : String($0) })
    #expect(run.status == 65)
    #expect(run.errors == "\(pipe): a pipe that nobody writes to\n")
    #expect(run.output.isEmpty)
  }

  @Test func anIncludeFromAPipeThatNobodyWritesToIs65() throws {
    let path = try folder.write("include: \(try pipe())\n" + SmallFarm.yaml(), as: "including.yaml")
    let run = try Farmsim.run(["validate", path])
    #expect(run.status == 65)
    #expect(run.errorLines.count == 1 && run.errors.hasSuffix("a pipe that nobody writes to\n"))
  }

  @Test(
    arguments: [
      "\"$0\" validate <(cat \"$1\")", "\"$0\" validate <(sleep 1; cat \"$1\")",
      "cat \"$1\" | \"$0\" validate -",
      "(sleep 1; cat \"$1\" > \"$2\") & \"$0\" validate \"$2\"", "\"$0\" validate /dev/stdin < \"$1\"",
      "\"$0\" owner \"$1\" --rule 443 --from <(echo 198.51.100.7)",
    ])
  func whatEndsIsRead(line: String) throws {
    let run = try shell(line)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(": good: ") || run.output.contains("198.51.100.7,"))
  }

  @Test(
    arguments: [
      ("\"$0\" run /dev/zero", "/dev/zero: a device, not a file"),
      ("\"$0\" run - < /dev/zero", "-: a device, not a file"),
      ("\"$0\" run /dev/null", "/dev/null:1:1: the file is empty"),
      ("\"$0\" owner \"$1\" --rule 80 --from /dev/urandom", "/dev/urandom: a device, not a file"),
      ("\"$0\" owner \"$1\" --rule 80 --from - < /dev/zero", "standard input: a device, not a file"),
      ("\"$0\" validate - < /", "-: a folder, not a file"),
    ])
  func aDeviceIs65(line: String, reason: String) throws {
    let run = try shell(line)
    #expect(run.status == 65)
    #expect(run.errorLines.count == 1 && run.errors.hasPrefix(reason), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test func aReportInAPipeIs73() throws {
    let pipe = try pipe("report")
    let run = try Farmsim.run(["run", farm, "--report", pipe])
    #expect(run.status == 73)
    #expect(run.errors == "error: the report cannot be written to \(pipe): \(pipe) is not a folder\n")
  }

  @Test(arguments: [["run", "-", "-"], ["validate", "-", "-"], ["owner", "-", "--from", "-"]])
  func standardInputIsOneFile(words: [String]) throws {
    let run = try Farmsim.run(words, input: Data(SmallFarm.yaml().utf8))
    #expect(run.status == 64)
    #expect(run.errors.contains("tandard input is"))
  }

  /// Files are listed, with a question or not; what is none is left out, and a link to nothing is said to be one.
  @Test func aFolderOfOddThingsIsListed() throws {
    _ = try pipe()
    try FileManager.default.createDirectory(at: folder.file("folder.yaml"), withIntermediateDirectories: true)
    for (name, target) in [("dangling.yaml", "/nowhere/x"), ("link.yaml", farm), ("zero.yaml", "/dev/zero")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(name).path, withDestinationPath: target)
    }
    _ = try folder.write("\u{feff}# Is a mark read over?\n", as: "marked.yaml")
    _ = try folder.write("farm: 1\n", as: "none.yml")
    let run = try Farmsim.run(["scenarios", "--directory", folder.path])
    #expect(run.status == 0 && run.errors.isEmpty)
    let lines = run.output.split(separator: "\n").map { line in
      let parts = line.dropFirst(folder.path.count + 1).split(separator: " ", maxSplits: 1)
      return parts[0] + ": " + parts[1].drop { $0 == " " }
    }
    let question = "What happens to the clients of a small farm when a node loses power?"
    #expect(
      lines == [
        "dangling.yaml: (no such file)", "link.yaml: \(question)", "marked.yaml: Is a mark read over?",
        "none.yml: (no comment line with a question)", "small.yaml: \(question)",
      ])
  }
}
