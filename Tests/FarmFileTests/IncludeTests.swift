import Engine
import Foundation
import TestSupport
import Testing

@testable import FarmFile

/// `include:`: values from other files.
final class IncludeTests {
  private let temporary: TemporaryFolder
  private var folder: URL { temporary.url }

  init() throws {
    temporary = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.appending(path: "sub"), withIntermediateDirectories: true)
  }

  private func write(_ name: String, _ text: String) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  /// The main file after what it includes and overrides, as text; or what is wrong.
  private func read(_ text: String, _ overrides: [String] = [], name: String = "main.yaml") -> (
    String, [String]
  ) {
    let log = ProblemLog(file: folder.appending(path: name).path())
    guard var root = YAMLDocument(text: text, log: log)?.root else {
      return ("", log.problems.map(\.description))
    }
    root.prepare(overrides: overrides.compactMap { try? Override(parsing: $0) }, log: log)
    let prefix = folder.path() + "/"
    return (root.flowText, log.problems.map { $0.description.replacingOccurrences(of: prefix, with: "") })
  }

  /// The including file goes first, key by key of a section and of a network; deeper values stay whole.
  @Test func theIncludingFileGoesFirstKeyByKey() throws {
    try write(
      "cal.yaml",
      """
      kernel: {commit: {lognormal: [90 us, 0.3]}, timer: 1 ms}
      networks: {lan: {delay: {constant: 3 us}, loss: 1 %}, heartbeat: {delay: 4 us}}
      run: {trials: 7}
      """)
    let (text, problems) = read(
      """
      include: cal.yaml
      kernel: {commit: {uniform: [1 ms, 2 ms]}}
      networks: {lan: {delay: 5 ms}}
      """)
    #expect(problems.isEmpty)
    let (expected, _) = read(
      """
      kernel: {commit: {uniform: [1 ms, 2 ms]}, timer: 1 ms}
      networks: {lan: {delay: 5 ms, loss: 1 %}, heartbeat: {delay: 4 us}}
      run: {trials: 7}
      """)
    #expect(text == expected)
  }

  /// Of several files the later goes first; a path is relative to the including file; a section may be empty.
  @Test func ofSeveralFilesTheLaterGoesFirst() throws {
    try write("a.yaml", "kernel: {commit: 1 ms, timer: 1 ms}\nrun: {seed: 1}")
    try write("sub/b.yaml", "kernel: {commit: 2 ms}")
    let (text, problems) = read("kernel:\ninclude: [a.yaml, sub/b.yaml]\n")
    #expect(problems.isEmpty)
    #expect(text == read("kernel: {commit: 2 ms, timer: 1 ms}\nrun: {seed: 1}").0)
    #expect(read("include: b.yaml", name: "sub/main.yaml").1.isEmpty)
  }

  @Test func aPathBesideTheFileIsRelativeToTheOperator() throws {
    try write("a.yaml", "kernel: {timer: 1 ms}")
    let (path, here) = (folder.appending(path: "a.yaml").path(), FileManager.default.currentDirectoryPath)
    let steps = here.split(separator: "/").map { _ in ".." }.joined(separator: "/")
    #expect(read("run: {}", ["include=\(steps)\(path)"]).0 == read("{run: {}, kernel: {timer: 1 ms}}").0)
    #expect(
      read("run: {}", ["include=a.yaml"]).1
        == ["--set include: cannot include 'a.yaml': a.yaml: no such file"])
    try write("b.yaml", "kernel: {commit: 1 ms}")
    #expect(
      read("include: b.yaml", ["+include=\(path)"]).0 == read("kernel: {timer: 1 ms, commit: 1 ms}").0)
  }

  @Test func overridesGoBeforeBothAndMayNameTheFile() throws {
    try write("a.yaml", "kernel: {commit: 1 ms, timer: 1 ms}")
    let (text, problems) = read("run: {seed: 1}", ["include=\(folder.path())/a.yaml", "kernel.timer=3 ms"])
    #expect(problems.isEmpty)
    #expect(text == read("run: {seed: 1}\nkernel: {commit: 1 ms, timer: 3 ms}").0)
    #expect(read("include: a.yaml", ["include=null"]).0 == "{}")
  }

  @Test func problemsNameTheIncludedFileWithLineAndColumn() throws {
    try write("nested.yaml", "kernel: {}\ninclude: other.yaml")
    try write("list.yaml", "- 1")
    try write("broken.yaml", "kernel: {")
    #expect(
      read("include: nested.yaml").1 == [
        "nested.yaml:2:1: an included file that includes another: main.yaml > nested.yaml > other.yaml; expected all includes in 'main.yaml'"
      ])
    #expect(
      read("include: list.yaml").1 == ["list.yaml:1:1: not a mapping; expected sections of a scenario file"])
    #expect(read("include: broken.yaml").1.first?.hasPrefix("broken.yaml:") == true)
    #expect(
      read("run: {}\ninclude: [none.yaml]").1
        == ["main.yaml:2:11: cannot include 'none.yaml': none.yaml: no such file"])
    #expect(read("include: {a: b}").1.first?.hasPrefix("main.yaml:1:10: 'include' is a mapping") == true)
    let many = String(repeating: "list.yaml, ", count: 17)
    #expect(read("include: [\(many)]").1.contains { $0.contains("at most 16") })
  }

  @Test func filesThatIncludeThemselvesAreOneLineWithTheChain() throws {
    let text = "include: main.yaml\nrun: {seed: 1}"
    try write("main.yaml", text)
    #expect(
      read(text).1 == [
        "main.yaml:1:1: a file that includes itself: main.yaml > main.yaml; expected all includes in 'main.yaml'"
      ])
    try write("sub/other.yaml", "kernel: {}\ninclude: ../main.yaml")
    #expect(
      read("include: sub/other.yaml").1 == [
        "sub/other.yaml:2:1: files that include each other: main.yaml > sub/other.yaml > ../main.yaml; expected all includes in 'main.yaml'"
      ])
    try write("a.yaml", "kernel: {timer: 1 ms}")
    #expect(read("include: [a.yaml, a.yaml]").1 == ["main.yaml:1:19: 'a.yaml' is included twice"])
  }

  @Test func whatFollowsFromAFileThatCannotBeIncludedIsNotTold() {
    let path = folder.appending(path: "m.yaml").path()
    guard case .failure(let found) = DaemonFile.read(text: "include: none.yaml\n", file: path) else {
      return #expect(Bool(false), "it was accepted")
    }
    #expect(found.problems.count == 1)
  }

  @Test func aNameThatIsNotUTF8HasNoFileAndWhyIsSaid() {
    #expect(
      read("include: \u{fffd}.yaml").1 == [
        "main.yaml:1:10: cannot include '\u{fffd}.yaml': \u{fffd}.yaml: a name that is not UTF-8; rename the file, or give it on standard input as -"
      ])
  }

  @Test func aValueThatNoReaderTakesIsReportedWhereItStands() throws {
    try write(
      "cal.yaml",
      "kernel:\n  commit: 1 ms\nfarm: {nodes: 3, virtual_ip: 192.0.2.1, groups: {web: {bucket: 4}}}")
    let text = "include: cal.yaml\nlinux: {}\n"
    guard
      case .failure(let found) = DaemonFile.read(text: text, file: folder.appending(path: "m.yaml").path())
    else { return #expect(Bool(false), "it was accepted") }
    #expect(
      found.problems.contains {
        $0.description.contains("/cal.yaml:3:") && $0.description.contains("'bucket'")
      })
    #expect(found.problems.contains { $0.description.contains("/m.yaml:2:") })
  }
}
