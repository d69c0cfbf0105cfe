/// A text file of commands and their results.
///
/// Blocks are divided by blank lines; a block is commands, a line `----`, and the expected output. Lines that
/// begin with `#` explain and are kept.
struct Transcript {
  struct Block {
    var commands: [String]
    var output: [String]
    var isText: Bool
  }

  var blocks: [Block] = []

  init(_ text: String) {
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

  var text: String {
    blocks.map { block in
      let output = block.isText ? [] : ["----"] + block.output
      return (block.commands + output).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// Runs every block and replaces its output.
  /// - Returns: everything that the farm must never do, and did.
  mutating func run(mayDouble: Bool) -> [String] {
    var runner = TranscriptRunner(mayDouble: mayDouble)
    for i in blocks.indices where !blocks[i].isText {
      var output: [String] = []
      for command in blocks[i].commands where !command.hasPrefix("#") { output += runner.run(command) }
      blocks[i].output = output + runner.repeats()
    }
    return runner.finish()
  }

  /// The first line that differs, with the lines around it; `nil` if none differs.
  static func difference(_ old: String, _ new: String) -> String? {
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
