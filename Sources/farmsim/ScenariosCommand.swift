import ArgumentParser
import Commands
import FarmFile
import Foundation

/// `farmsim scenarios`: what questions there are.
struct ScenariosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenarios",
    abstract: "List the scenario files of a folder with the question that each one asks.",
    discussion: """
      The question is the first comment line of a scenario file.

      EXAMPLES
        farmsim scenarios
        farmsim scenarios --directory my-farm/scenarios
      """)

  @Option(name: .shortAndLong, help: "The folder to list.") var directory = "Scenarios"

  func run() throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    } catch {
      throw ExitReason.badInput.saying(
        "\(directory): \(error.systemReason); name another folder with --directory")
    }
    let files = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
    guard !files.isEmpty else {
      throw ExitReason.badInput.saying("\(directory): no scenario file (*.yaml) in it")
    }
    let paths = files.map { directory + (directory.hasSuffix("/") ? "" : "/") + $0 }
    let column = paths.map(\.count).max()! + 2
    for path in paths {
      let gap = String(repeating: " ", count: column - path.count)
      let line = path + gap + (Self.question(of: path) ?? "(no comment line with a question)")
      try Console.write(PlainText.line(line) + "\n")
    }
  }

  /// The first comment line, read without parsing the file: a broken file is listed too.
  static func question(of path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    guard let head = try? file.read(upToCount: 4096) else { return nil }
    let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let line = lines.first(where: { $0.hasPrefix("#") }) else { return nil }
    let text = line.drop { $0 == "#" || $0 == " " }
    return text.isEmpty ? nil : String(text)
  }
}
