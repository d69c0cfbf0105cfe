import ArgumentParser
import Commands
import LinuxBackend

/// `farmd set-weight`: sets a smaller share of a group for this node.
struct SetWeightCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-weight",
    abstract: "Set this node's runtime weight in a group, from 0 to the configured weight.",
    discussion: """
      The node then gives up a part of its buckets, with weight 0 all of them. It lasts until the daemon ends.

      EXAMPLES
        farmd set-weight 50
        farmd set-weight 0 --group web

      EXIT CODES
      \(ExitTable.farmd.text(of: .good, .failed, .usage, .badInput, .unavailable, .cannotWrite))
      """)

  @OptionGroup var daemon: DaemonOptions

  @Argument(help: ArgumentHelp("0 to the configured weight, which is 100 if not said.", valueName: "weight"))
  var weight: UInt16

  @Option(help: ArgumentHelp("Which group, when there are several.", valueName: "name")) var group: String?

  func validate() throws {
    guard weight <= 1000 else { throw ValidationError("A weight is 0 to 1000.") }
  }

  func run() throws { try daemon.order(.setWeight(group: group, weight: weight)) }
}
