import ArgumentParser
import Commands

/// `farmd resume`: ends draining or standby.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Take buckets again: ends a drain that is under way, and standby.",
    discussion: """
      A node whose drain has ended has left the farm and its daemon has ended: start farmd again instead.

      EXAMPLES
        farmd resume

      EXIT CODES
      \(ExitTable.farmd.text(of: .good, .failed, .usage, .badInput, .unavailable, .cannotWrite))
      """)

  @OptionGroup var daemon: DaemonOptions

  func run() throws { try daemon.order(.resume) }
}
