import ArgumentParser
import Commands
import FarmFile
import LinuxBackend

/// `farmd owner`: says which node serves a client, by the tables and now.
struct OwnerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "owner",
    abstract: "Say which node serves a client: with all nodes up, and now.",
    discussion: """
      The answer comes from the bucket tables of the farm file, as with 'farmsim owner'. Where a daemon with the \
      same configuration answers, a last line says which node serves the client now, by that daemon's view. The \
      client's port is its own (source) port; it matters only where the rule's identity has it.

      EXAMPLES
        farmd owner 198.51.100.7:40112
        farmd owner '[2001:db8::7]:40112' --rule 443 --config farm.yaml
        farmd owner 198.51.100.7:40112 --down node2

      EXIT CODES
      \(ExitTable.farmd.text(of: .good, .usage, .badInput, .cannotWrite))
      """)

  @Argument(help: ArgumentHelp("The client: ADDRESS or ADDRESS:PORT, IPv6 in brackets.", valueName: "client"))
  var client: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The farm file.", valueName: "file"))
  var config = FarmFiles.usual

  @Option(help: ArgumentHelp("The daemon's control socket.", valueName: "path")) var socket: String?

  @OptionGroup var question: OwnerOptions

  func run() throws {
    let file = try FarmFiles.read(config, needsRules: true)
    let lookup = try question.lookup(in: file.farm, file: config)
    let parsed = try OwnerOptions.client(client, for: lookup)
    try Console.write(OwnerText(lookup: lookup, client: parsed, shown: client).text)
    guard question.down.isEmpty else { return }
    let daemon = ControlClient(path: socket ?? ControlServer.path(in: file.linux.runDirectory))
    try Console.write(PlainText.line("now     \(now(parsed, lookup, daemon))") + "\n")
  }

  private func now(_ client: Client, _ lookup: OwnerLookup, _ daemon: ControlClient) throws -> String {
    let reply: ControlReply
    do { reply = try daemon.ask(.status) } catch { return "unknown: \(error)" }
    guard let status = reply.status else { return "unknown: \(reply.error ?? "the daemon does not say")" }
    switch CurrentOwner(of: client, lookup, status) {
    case .node(let name): return "\(name), by the view of \(status.node) (epoch \(status.view.epoch))"
    case .nobody: return "nobody, by the view of \(status.node) (epoch \(status.view.epoch))"
    case .otherConfiguration: return "unknown: the running farmd has another configuration than \(config)"
    }
  }
}
