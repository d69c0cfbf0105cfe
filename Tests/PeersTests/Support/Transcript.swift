/// A text of commands and what came of them: blocks divided by blank lines, in each the commands, a line `----` and the
/// output. Blocks of lines that begin with `#` explain.
struct Transcript {
  private var blocks: [(commands: [String], output: [String])] = []

  init(_ text: String) {
    for block in text.split(separator: "\n\n") {
      let lines = block.split(separator: "\n").map(String.init)
      let rule = lines.firstIndex(of: "----") ?? lines.count
      blocks.append((Array(lines[..<rule]), Array(lines[rule...].dropFirst())))
    }
  }

  var text: String {
    blocks.map { block in
      let isText = block.commands.allSatisfy { $0.hasPrefix("#") }
      return (block.commands + (isText ? [] : ["----"] + block.output)).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// Follows every command and replaces the output.
  mutating func run(_ follow: (String) -> [String]) {
    for i in blocks.indices {
      blocks[i].output = blocks[i].commands.filter { !$0.hasPrefix("#") }.flatMap(follow)
    }
  }

  /// The first line that differs; `nil` if none does.
  static func difference(_ old: String, _ new: String) -> String? {
    let a = old.split(separator: "\n", omittingEmptySubsequences: false)
    let b = new.split(separator: "\n", omittingEmptySubsequences: false)
    for i in 0..<max(a.count, b.count) where i >= a.count || i >= b.count || a[i] != b[i] {
      return "line \(i + 1)\n  old \(i < a.count ? a[i] : "(end)")\n  new \(i < b.count ? b[i] : "(end)")"
    }
    return nil
  }
}
