import ArgumentParser
import Commands
import LinuxBackend

/// The command line of the daemon. Each command has a file of its own: it parses, calls, prints and picks an exit code.
@main struct Farmd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "farmd",
    abstract: "Runs this node of a farm, and tells a running one what to do.",
    discussion: """
      The farm file says what the farm is; with 'notify:' in its farm block each node runs a command of yours for what \
      happens: members that come and go, holes, doubles (docs/notify.md).

      EXAMPLES
        farmd key /etc/farmd/key               a key for a new farm
        farmd preflight --node node1           is this machine fit, is its segment?
        farmd --config farm.yaml --node node1  run this machine as node1
        farmd status                           how the farm stands
        farmd drain --wait                     before maintenance
        farmd owner 198.51.100.7:40112         which node serves this client?

      EXIT CODES
      \(ExitTable.farmd.text)
      """,
    version: "farmd \(Version.number)",
    subcommands: [
      RunCommand.self, StatusCommand.self, DrainCommand.self, ResumeCommand.self, LeaveCommand.self,
      ReloadCommand.self, ClearCommand.self,
      SetWeightCommand.self, OwnerCommand.self, KeyCommand.self,
      PreflightCommand.self,
    ], defaultSubcommand: RunCommand.self)

  static func main() async {
    // Keeps the key out of every core dump, whatever the service manager and the system do in a crash.
    ProcessMemory.keepOutOfCores()
    await start()
  }
}
