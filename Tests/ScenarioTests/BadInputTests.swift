import Foundation
import TestSupport
import Testing

@Suite struct BadInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ["validate", "run"]) func everyProblemOfEveryFileIsOneLine(command: String) throws {
    let first = try folder.write(
      SmallFarm.yaml().replacingOccurrences(of: "nodes: 3", with: "nodes: 0")
        .replacingOccurrences(of: "duration: 12 s", with: "duration: 12 apples"), as: "first.yaml")
    let second = try folder.write(
      SmallFarm.yaml().replacingOccurrences(of: "crash: node2", with: "crash: node7"), as: "second.yaml")
    let run = try Farmsim.run([command, first, second])
    #expect(run.status == 65)
    #expect(run.output.isEmpty)
    #expect(run.errorLines.filter { $0.hasPrefix(first + ":") }.count >= 2)
    #expect(run.errorLines.contains { $0.hasPrefix(second + ":") && $0.contains("node7") })
    #expect(run.errorLines.allSatisfy { $0.hasPrefix(first + ":") || $0.hasPrefix(second + ":") })
  }

  @Test func anUnknownKeyHasItsPlaceAndTheNearestName() throws {
    let yaml = SmallFarm.yaml().replacingOccurrences(of: "virtual_ip:", with: "virtual_pi:")
    let run = try Farmsim.run(["validate", try folder.write(yaml, as: "key.yaml")])
    #expect(run.status == 65)
    #expect(run.errors.contains("key.yaml:5:3: "))
    #expect(run.errors.contains("virtual_ip"))
  }

  @Test func nothingIsWrittenWhenAnyFileIsWrong() throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let bad = try folder.write("farm: 7\n", as: "bad.yaml")
    let run = try Farmsim.run(["run", good, bad, "--report", folder.path + "/report"])
    #expect(run.status == 65)
    #expect(run.output.isEmpty)
    #expect(folder.entries == ["bad.yaml", "good.yaml"])
  }

  @Test(arguments: [
    ("no-such.yaml", "no such file"), ("folder", "a folder, not a file"),
    ("folder/", "a folder, not a file"), ("binary.yaml", "not a text file: UTF-16; expected UTF-8"),
  ])
  func whatCannotBeReadIs65AndSaysWhy(name: String, reason: String) throws {
    try FileManager.default.createDirectory(at: folder.file("folder"), withIntermediateDirectories: true)
    try Data([0xff, 0xfe, 0x66, 0]).write(to: folder.file("binary.yaml"))
    let run = try Farmsim.run(["run", folder.path + "/" + name])
    #expect(run.status == 65)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.hasSuffix(reason + "\n"))
  }

  /// As another user where this one may read everything.
  @Test func aFileThatMayNotBeReadIs65AndSaysWhy() throws {
    let path = try folder.write(SmallFarm.yaml(), as: "secret.yaml")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    let command = [BuiltProgram.farmsim.path, "validate", path]
    let words = getuid() == 0 ? ["setpriv", "--reuid", "65534", "--clear-groups"] + command : command
    let run = try Farmsim.run(Array(words.dropFirst()), program: words[0])
    #expect(run.status == 65)
    #expect(run.errors == "\(path): cannot be read: Permission denied\n")
  }

  @Test func aFolderWithoutScenariosSaysWhy() throws {
    let run = try Farmsim.run(["scenarios", "--directory", folder.path + "/none"])
    #expect(run.status == 65)
    #expect(
      run.errors == "\(folder.path)/none: No such file or directory; name another folder with --directory\n")
  }

  @Test(arguments: ["run", "lab", "soak"]) func aWrongOverrideIs65AndNamesItsPath(command: String) throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let run = try Farmsim.run([command, good, "--set", "run.duration=long"])
    #expect(run.status == 65)
    #expect(run.errors.contains("--set run.duration: "))
  }

  /// The same mistake in every file is one mistake of the command line.
  @Test func aWrongOverrideOfManyFilesIsSaidOnce() throws {
    let first = try folder.write(SmallFarm.yaml(), as: "first.yaml")
    let second = try folder.write(
      SmallFarm.yaml().replacingOccurrences(of: "nodes: 3", with: "nodes: 4"), as: "second.yaml")
    let all = try Farmsim.run(["run", first, second, "--set", "farm.profil=fast"])
    #expect(all.status == 65)
    #expect(all.errors == "--set farm.profil: unknown key 'profil'; did you mean 'profile'?\n")
    let one = try Farmsim.run(["run", first, second, "--set", "farm.nodes.node9=4"])
    #expect(one.status == 65)
    #expect(one.errorLines.count == 2)
    #expect(
      one.errors.contains("'3' is a single value and has no 'node9'; expected the whole value (in \(first))"))
  }

  @Test(arguments: [
    ("run..duration=3 s", "run..duration: not a path"), ("=5", "=5: no path before '='"), ("x", "x: no '='"),
    ("run.duration=", "run.duration: nothing after '='"),
  ])
  func whatIsNoOverrideIs64AndNamesIt(setting: String, reason: String) throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let run = try Farmsim.run(["run", good, "--set", setting])
    #expect(run.status == 64)
    #expect(run.errorLines.first?.hasPrefix("Error: --set \(reason); expected ") == true, "\(run.errors)")
  }

  @Test func anOptionThatIsGivenTwiceIs64() throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    for words in [["--seed", "1", "--seed", "2"], ["--trials=1", "--trials", "2"]] {
      let run = try Farmsim.run(["run", good] + words)
      #expect(run.status == 64)
      #expect(run.errors == "Error: \(words[0].prefix { $0 != "=" }) is given twice; expected it once\n")
    }
    let list = try Farmsim.run([
      "owner", good, "192.0.2.1:1", "--rule", "80", "--down", "node1", "--down", "node2",
    ])
    #expect(list.status == 0)
  }

  @Test(arguments: [
    (["--seed", "-1"], "The value '-1' is invalid for '--seed <seed>': expected a whole number, 0 to"),
    (["--seed", "x"], "The value 'x' is invalid for '--seed <seed>': expected a whole number, 0 to"),
    (["--trial", "-1"], "--trial -1: expected 0 to 999999"),
    (["--trials", "-1"], "--trials -1: expected 1 to 1000000"),
  ])
  func aNegativeNumberIs64AndSaysWhatIsExpected(words: [String], reason: String) throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let run = try Farmsim.run(["run", good] + words)
    #expect(run.status == 64)
    #expect(run.errors.contains(reason), "\(run.errors)")
  }

  /// A name of bytes that are no text, for which `sh` is needed: a process is given its arguments as text.
  @Test func aNameThatIsNotUTF8IsSaidInOneLine() throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let program = BuiltProgram.farmsim.path
    let script = "n=$(printf '\\377.yaml'); cp \"$1\" \"$2/$n\" && cd \"$2\" && \"$3\" $4 \"$n\"; echo $?"
    for command in ["validate", "run", "owner --from - "] {
      let run = try Farmsim.run(["-c", script, "sh", good, folder.path, program, command], program: "sh")
      #expect(run.output == "65\n")
      #expect(run.errorLines.count == 1)
      #expect(run.errors.contains("a name that is not UTF-8"), "\(run.errors)")
    }
  }

  /// A folder is executable, too.
  @Test(arguments: ["lab", "soak"]) func aDaemonThatIsNoProgramIs69AndNamed(command: String) throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    for path in [folder.path, folder.path + "/farmd"] {
      let run = try Farmsim.run([command, good, "--farmd", path])
      #expect(run.status == 69)
      #expect(run.errors == "error: --farmd \(path): no such program\n")
    }
  }

  @Test func twoReportsInOneFolderAreRefused() throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let run = try Farmsim.run(["run", good, good, "--report", folder.path + "/report"])
    #expect(run.status == 64)
    #expect(folder.entries == ["good.yaml"])
  }

  /// The folder's parent is a file, which stops even root.
  @Test func aFolderThatCannotBeWrittenIsSaidBeforeTheRun() throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let run = try Farmsim.run(["run", good, "--report", good + "/report"])
    #expect(run.status == 73)
    #expect(run.output.isEmpty)
    #expect(run.errorLines.count == 1)
  }

  /// Names of one letter ended the program once.
  @Test(arguments: ["q", "q/", "x/y", "x/.", "qq"]) func aReportMayGoToAnyFolder(report: String) throws {
    let path = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let words = ["-C", folder.path, BuiltProgram.farmsim.path, "run", path, "--report", report]
    let run = try Farmsim.run(words, program: "env")
    #expect(run.status == 0, "\(run.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.path + "/\(report)/report.md"))
  }

  /// A folder for everybody, in which everybody may replace only what is theirs.
  @Test(.enabled(if: getuid() == 0, "needs root, to be another user"))
  func filesOfSomebodyElseAreLeftAsTheyAre() throws {
    let path = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let report = folder.path + "/report"
    let words = ["run", path, "--quiet", "--report", report]
    #expect(try Farmsim.run(words).status == 0)
    for (path, mode) in [(folder.path, 0o755), (report, 0o1777)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: report).sorted()
    let before = try names.map { try Data(contentsOf: URL(fileURLWithPath: report + "/" + $0)) }
    let other = ["--reuid", "65534", "--clear-groups", BuiltProgram.farmsim.path] + words + ["--seed", "2"]
    let run = try Farmsim.run(other, program: "setpriv")
    #expect(run.status == 73)
    #expect(
      run.errors
        == "error: the report cannot be written to \(report): \(report)/report.md: Operation not permitted\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: report).sorted() == names)
    #expect(before == (try names.map { try Data(contentsOf: URL(fileURLWithPath: report + "/" + $0)) }))
  }

  /// A search path without gnuplot.
  @Test func aReportWithoutGnuplotIsSaidBeforeTheRun() throws {
    let good = try folder.write(SmallFarm.yaml(), as: "good.yaml")
    let run = try Farmsim.run(
      ["run", good, "--report", folder.path + "/report"], environment: ["PATH": folder.path])
    #expect(run.status == 69)
    #expect(run.errors.contains("gnuplot"))
    #expect(run.output.isEmpty)
    #expect(folder.entries == ["good.yaml"])
  }

  @Test func aFullDiskIsNotAGoodRun() throws {
    let run = try Farmsim.run(["measures"], outputPath: "/dev/full")
    #expect(run.status == 73)
    #expect(run.errors.contains("cannot write the output"))
  }
}
