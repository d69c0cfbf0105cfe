import Testing

/// A strict reader of Prometheus' text format, which holds the daemon's text to the format's rules.
///
/// - Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
struct Exposition {
  /// By name and labels as they are written: `farmd_holes{group="web"}`.
  private(set) var samples: [String: Double] = [:]
  private(set) var types: [String: String] = [:]
  private(set) var problems: [String] = []

  init(_ text: String) {
    if text.last != "\n" { problems.append("the last line has no end") }
    var helped: Set<String> = []
    var current = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      if line.hasPrefix("# HELP ") {
        if words.count < 4 || words[3].isEmpty { problems.append("no help: \(line)") }
        if !helped.insert(words[2]).inserted { problems.append("twice: \(line)") }
        current = words[2]
      } else if line.hasPrefix("# TYPE ") {
        if words.count != 4 || !["gauge", "counter"].contains(words[3]) { problems.append("type: \(line)") }
        if words[2] != current { problems.append("its help is not before it: \(line)") }
        if types.updateValue(words.last!, forKey: words[2]) != nil { problems.append("twice: \(line)") }
      } else {
        sample(line, of: current)
      }
    }
    for (name, type) in types where (type == "counter") != name.hasSuffix("_total") {
      problems.append("a counter's name ends with _total, a gauge's does not: \(name)")
    }
  }

  private mutating func sample(_ line: Substring, of metric: String) {
    let pattern =
      #/([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)*\})? ([^ ]+)/#
    guard let match = line.wholeMatch(of: pattern), let value = Double(match.3) else {
      return problems.append("no sample: \(line)")
    }
    if match.1 != metric || types[metric] == nil { problems.append("not under its own name: \(line)") }
    let key = String(match.1) + (match.2.map(String.init) ?? "")
    if samples.updateValue(value, forKey: key) != nil { problems.append("twice: \(line)") }
  }
}
