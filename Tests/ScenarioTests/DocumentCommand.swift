import Foundation
import TestSupport
import Testing

/// A command that a document or a help text shows, for somebody to type.
struct DocumentCommand: CustomTestStringConvertible {
  /// Where it stands: `docs/soak.md`, `farmd drain --help`.
  var place: String
  var text: String
  /// The lines below it that show what it prints; `...` stands for lines that are left out.
  var output: [String] = []
  /// Whether it stands inside of a sentence, where `farmd status` may be the name alone.
  var isInSentence = false

  var testDescription: String { "\(place): \(text)" }

  /// Those of `README.md` and `docs/`.
  static let ofDocuments: [DocumentCommand] = {
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: BuiltProgram.root.path + "/docs")) ?? []
    return (["README.md"] + docs.sorted().filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }).flatMap {
      file in
      let text = (try? String(contentsOfFile: BuiltProgram.root.path + "/" + file, encoding: .utf8)) ?? ""
      return inBlocks(of: text, file) + inSentences(of: text, file)
    }
  }()

  /// The examples in a help text.
  static func ofHelp(_ text: String, place: String) -> [DocumentCommand] {
    let examples = text.components(separatedBy: "EXAMPLES\n").dropFirst().first ?? ""
    return examples.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }.map {
      line in
      // What it is for may stand behind it.
      let command = line.drop { $0 == " " }.components(separatedBy: "  ")[0]
      return DocumentCommand(place: place, text: command)
    }
  }

  private static func inBlocks(of text: String, _ file: String) -> [DocumentCommand] {
    text.matches(of: /```console\n((?s:.*?))```/).flatMap { block in
      block.1.split(separator: "\n").reduce(into: [DocumentCommand]()) { commands, line in
        if line.hasPrefix("$ ") || line.hasPrefix("# ") {
          commands.append(DocumentCommand(place: file, text: String(line.dropFirst(2))))
        } else if !commands.isEmpty {
          commands[commands.count - 1].output.append(String(line))
        }
      }
    }
  }

  private static func inSentences(of text: String, _ file: String) -> [DocumentCommand] {
    text.replacing(/```(?s:.*?)```/, with: "").matches(of: /`((?:sudo )?(?:farmsim|farmd|make) [^`]+)`/).map {
      DocumentCommand(place: file, text: String($0.1), isInSentence: true)
    }
  }

  /// What bash makes of it: the calls of farmsim, farmd and make with their words. Nothing is run.
  func calls() throws -> [[String]] {
    let folder = try TemporaryFolder()
    let script = """
      set -f
      PATH=/nowhere
      record() { printf '%s\\037' "$@" >> calls; printf '\\036' >> calls; }
      for program in farmsim farmd make; do eval "$program() { record $program \\"\\$@\\"; }"; done
      sudo() { "$@"; }
      kill() { :; }
      command_not_found_handle() { :; }
      cd "$1" && eval "$2"
      """
    _ = try Farmsim.run(
      ["-c", script, "bash", folder.path, text.replacing(".build/release/", with: "")], program: "bash")
    let calls = (try? String(contentsOf: folder.file("calls"), encoding: .utf8)) ?? ""
    return calls.split(separator: "\u{1e}").map { call in
      call.split(separator: "\u{1f}", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
  }
}
