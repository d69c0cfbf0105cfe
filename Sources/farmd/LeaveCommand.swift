import ArgumentParser
import Commands

/// `farmd leave`: leaves the farm at once.
struct LeaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leave",
    abstract: "Leave the farm at once; connections to this node break.",
    discussion: """
      The others take over within milliseconds. The daemon ends, as with 'systemctl stop farmd'. To let connections \
      end first, drain instead.

      EXAMPLES
        farmd leave

      EXIT CODES
      \(ExitTable.farmd.text(of: .good, .failed, .usage, .badInput, .unavailable, .cannotWrite))
      """)

  @OptionGroup var daemon: DaemonOptions

  func run() throws { try daemon.order(.leave) }
}
