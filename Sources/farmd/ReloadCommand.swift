import ArgumentParser
import Commands

/// `farmd reload`: stages the changed farm file.
struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Read the farm file again and stage it; all nodes switch together once each has.",
    discussion: """
      Change the file on every node, then reload every node. Until the last one has, the farm goes on as before; \
      'farmd status' shows what is staged. A file with a problem changes nothing and is refused with its first one.

      EXAMPLES
        farmd reload

      EXIT CODES
      \(ExitTable.farmd.text(of: .good, .failed, .usage, .badInput, .unavailable, .cannotWrite))
      """)

  @OptionGroup var daemon: DaemonOptions

  func run() throws { try daemon.order(.reload) }
}
