import ArgumentParser
import Commands
import FarmFile
import Lab

/// `farmsim validate`: checks scenario files without playing them.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check scenario files without playing them.",
    discussion: """
      Every problem of every file is one line on standard error: file, line, column, what was seen, what was \
      expected.

      Of a good file it says after how long a silent node is removed (misses * interval + margin), and how long a node \
      may stand still without that (two intervals less); docs/which-setting.md says which setting is for whom.

      EXAMPLES
        farmsim validate my-farm.yaml
        farmsim validate Scenarios/*.yaml

      EXIT CODES
      \(ExitTable.farmsim.text(of: .good, .usage, .badInput, .cannotWrite))
      """)

  @Argument(help: ArgumentHelp("The scenario files.", valueName: "file")) var files: [String]

  @Flag(name: .shortAndLong, help: "Say nothing when all is well.") var quiet = false

  func run() throws {
    let scenarios = try ScenarioFiles.read(files)
    if quiet { return }
    for (file, scenario) in zip(files, scenarios) {
      let (nodes, faults) = (
        scenario.farm.nodes.count, scenario.drawn(seed: scenario.run.seed, trial: 0).faults.count
      )
      let heartbeat = scenario.farm.settings.heartbeat
      let (streams, expected) = (scenario.traffic.count, scenario.expectations.count)
      let line = """
        \(file): good: \(Words.count(nodes, "node")), \(Words.count(streams, "stream")), \
        \(Words.count(faults, "fault")), \(Words.count(expected, "expectation")); \
        a silent node is removed after \(heartbeat.timeout.short), a pause of \(heartbeat.toleratedPause.short) is tolerated
        """
      try Console.write(PlainText.line(line) + "\n")
    }
  }
}

/// Words around numbers.
enum Words {
  /// `1 node`, `2 nodes`.
  static func count(_ n: Int, _ noun: String) -> String { "\(n) \(noun)\(n == 1 ? "" : "s")" }
}
