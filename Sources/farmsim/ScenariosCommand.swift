import ArgumentParser
import Commands
import FarmFile
import Foundation

/// `farmsim scenarios`: lists the questions that there are.
struct ScenariosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenarios",
    abstract: "List the scenario files of a folder with the question that each one asks.",
    discussion: """
      The question is the first comment line of a scenario file, *.yaml or *.yml.

      EXAMPLES
        farmsim scenarios
        farmsim scenarios --directory my-farm/scenarios

      EXIT CODES
      \(ExitTable.farmsim.text(of: .good, .usage, .badInput, .cannotWrite))
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
    let paths = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
      .map { directory + (directory.hasSuffix("/") ? "" : "/") + $0 }
      .filter(InputFile.isFileOrMissing)
    guard !paths.isEmpty else {
      throw ExitReason.badInput.saying("\(directory): no scenario file (*.yaml) in it")
    }
    let column = paths.map(\.count).max()! + 2
    for path in paths {
      let gap = String(repeating: " ", count: column - path.count)
      try Console.write(PlainText.line(path + gap + Self.question(of: path)) + "\n")
    }
  }

  /// The first comment line; if there is none, the reason in brackets. The file is not parsed, so that a broken one is
  /// listed too.
  static func question(of path: String) -> String {
    let head: Data
    do {
      head = try InputFile(path: path).handle.read(upToCount: 4096) ?? Data()
    } catch {
      let reason = (error as? InputFile.Unreadable)?.reason ?? error.systemReason
      return "(\(reason))"
    }
    let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
    // An editor on another system may have written a byte order mark.
    let line = lines.lazy.map { $0.drop { $0 == "\u{feff}" } }.first { $0.hasPrefix("#") }
    let text = line?.drop { $0 == "#" || $0 == " " } ?? ""
    return text.isEmpty ? "(no comment line with a question)" : String(text)
  }
}
