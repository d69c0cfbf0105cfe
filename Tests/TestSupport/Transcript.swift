/// A text file of commands and their results.
///
/// Blocks are divided by blank lines; a block is commands, a line `----`, and the expected output. Lines that
/// begin with `#` explain and are kept.
package struct Transcript {
  private struct Block {
    var commands: [String]
    var output: [String]
    var isText: Bool
  }

  private var blocks: [Block] = []

  package init(_ text: String) {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""] {
      if !line.isEmpty {
        lines.append(line)
        continue
      }
      if lines.isEmpty { continue }
      let rule = lines.firstIndex(of: "----") ?? lines.count
      let isText = lines.allSatisfy { $0.hasPrefix("#") }
      blocks.append(
        Block(commands: Array(lines[..<rule]), output: Array(lines[rule...].dropFirst()), isText: isText))
      lines = []
    }
  }

  package var text: String {
    blocks.map { block in
      let output = block.isText ? [] : ["----"] + block.output
      return (block.commands + output).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// Follows the commands of every block and replaces its output.
  /// - Parameter follow: gets the commands of one block, without its comments.
  package mutating func run(_ follow: ([String]) -> [String]) {
    for i in blocks.indices where !blocks[i].isText {
      blocks[i].output = follow(blocks[i].commands.filter { !$0.hasPrefix("#") })
    }
  }

  /// The first line that differs, with the lines around it; `nil` if none differs.
  package static func difference(_ old: String, _ new: String) -> String? {
    let a = old.split(separator: "\n", omittingEmptySubsequences: false)
    let b = new.split(separator: "\n", omittingEmptySubsequences: false)
    for i in 0..<max(a.count, b.count) {
      let was = i < a.count ? String(a[i]) : "(end)"
      let now = i < b.count ? String(b[i]) : "(end)"
      if was == now { continue }
      let before = a[max(0, i - 4)..<i].map { "      \($0)" }.joined(separator: "\n")
      return "line \(i + 1)\n\(before)\n  old \(was)\n  new \(now)"
    }
    return nil
  }
}
