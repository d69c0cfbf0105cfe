import ArgumentParser
import Commands
import Sim

/// `farmsim measures`: the names that expectations and JSON use.
struct MeasuresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measures",
    abstract: "List every measure: its name, its unit and its meaning, as a Markdown table.",
    discussion: """
      These names stand in the expectations of a scenario file and are the keys of `run --format json`. \
      Times are in seconds.

      EXAMPLES
        farmsim measures
        farmsim measures | grep rebalance

      EXIT CODES
      \(ExitTable.farmsim.text(of: .good, .usage, .cannotWrite))
      """)

  func run() throws { try Console.write(MeasureTable.markdown + "\n") }
}

/// The table of all measures, as the documentation has it.
enum MeasureTable {
  static var markdown: String {
    let rows = Measure.allCases.map { measure in
      let unit = measure.unit.rawValue
      return "| `\(measure.name)` | \(unit.isEmpty ? "count" : unit) | \(measure.meaning) |"
    }
    return (["| measure | unit | meaning |", "|---|---|---|"] + rows).joined(separator: "\n")
  }
}
