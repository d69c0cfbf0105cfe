import ArgumentParser
import Commands

/// The command line. Each command has a file of its own: it parses, calls, prints and chooses an exit code.
@main struct Farmsim: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "farmsim",
    abstract: "Simulates and checks a farm: what happens to my clients when a node fails?",
    discussion: """
      A farm is a set of nodes that share one virtual IP. A scenario file describes the farm, its networks, \
      its clients, what breaks and what must hold; farmsim plays it and measures.

      EXAMPLES
        farmsim scenarios                           the questions that are there
        farmsim run Scenarios/node-crash.yaml       play one
        farmsim run my-farm.yaml --report my-farm   and write a report with charts
        farmsim validate my-farm.yaml               check a file without playing it
        farmsim owner my-farm.yaml 192.0.2.7:4711   which node serves this client?
        sudo farmsim lab Scenarios/node-crash.yaml  play it on the real kernel too

      EXIT CODES
      \(ExitTable.farmsim.text)
      """,
    version: "farmsim \(Version.number)",
    subcommands: [
      RunCommand.self, ValidateCommand.self, ScenariosCommand.self, OwnerCommand.self, LabCommand.self,
      CalibrateCommand.self, SoakCommand.self,
      LabServerCommand.self, MeasuresCommand.self,
    ])

  static func main() async { await start() }
}
