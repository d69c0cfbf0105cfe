import ArgumentParser

/// The command line of the daemon: one command a file.
@main struct Farmd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "farmd", abstract: "Runs this node of a farm.",
    discussion: """
      EXAMPLES
        farmd --config /etc/farmd/farm.yaml --node node1   run node1 until SIGTERM or SIGINT

      EXIT CODES
      \(ExitReason.table)
      """,
    subcommands: [RunCommand.self], defaultSubcommand: RunCommand.self)
}
