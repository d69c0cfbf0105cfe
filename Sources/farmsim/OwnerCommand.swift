import ArgumentParser
import Commands
import FarmFile
import Foundation
import Sim

/// `farmsim owner`: which node serves a client, or each of a million clients.
struct OwnerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "owner",
    abstract: "Say which node serves a client, and which one after that.",
    discussion: """
      Answers from the bucket tables alone: which rule and group the client meets, its bucket, the node that \
      owns it while the nodes named with --down are down, and where it goes when that node fails too. The \
      client's port is its own (source) port; it matters only where the rule's identity has it.

      With --from, clients are read from a file (or standard input with -), one a line, as logs and spreadsheets \
      write them: address and port between commas, semicolons or tabs, quoted or not, or as ADDRESS:PORT, with the \
      header `client,port` or `client` or without one; blank lines are skipped. The answer is CSV with the header \
      `client,port,bucket,node`, in the same order. The node is empty where none is up. Bad lines are named on \
      standard error and left out, and the exit code is 65.

      EXAMPLES
        farmsim owner my-farm.yaml 198.51.100.7:40112
        farmsim owner my-farm.yaml '[2001:db8::7]:40112' --rule 443
        farmsim owner my-farm.yaml 198.51.100.7:40112 --down node2 --down node3
        farmsim owner my-farm.yaml --from clients.csv > owners.csv
        cut -d' ' -f1 access.log | sort -u | farmsim owner my-farm.yaml --from -
        zcat clients.csv.gz | farmsim owner my-farm.yaml --from - > owners.csv

      EXIT CODES
      \(ExitTable.farmsim.text(of: .good, .usage, .badInput, .cannotWrite))
      """)

  @Argument(help: ArgumentHelp("The scenario file.", valueName: "file")) var file: String

  @Argument(help: ArgumentHelp("The client: ADDRESS or ADDRESS:PORT, IPv6 in brackets.", valueName: "client"))
  var client: String?

  @OptionGroup var question: OwnerOptions

  @Option(
    help: ArgumentHelp("Read the clients from a file, or - for standard input.", valueName: "file"))
  var from: String?

  func validate() throws {
    switch (client, from) {
    case (nil, nil): throw ValidationError("Name a client, or a list of clients with --from.")
    case (.some, .some): throw ValidationError("Name a client or --from, not both.")
    case (_, "-"?) where file == "-":
      throw ValidationError("Standard input is the scenario or the list of clients, not both.")
    default: break
    }
  }

  func run() throws {
    let farm = try ScenarioFiles.read([file], needsRules: true)[0].farm
    let lookup = try question.lookup(in: farm, file: file)
    if let from { try answerList(from, lookup) } else if let client { try answer(client, lookup) }
  }

  private func answer(_ text: String, _ lookup: OwnerLookup) throws {
    let client = try OwnerOptions.client(text, for: lookup)
    try Console.write(OwnerText(lookup: lookup, client: client, shown: text).text)
  }

  private func answerList(_ path: String, _ lookup: OwnerLookup) throws {
    let name = path == "-" ? "standard input" : path
    let file: InputFile
    do throws(InputFile.Unreadable) {
      file = try InputFile(path: path)
    } catch { throw ExitReason.badInput.saying("\(name): \(error.reason)") }
    let list = ClientList(
      lookup: lookup, name: name,
      write: { try Console.write($0) }, complain: Console.complain)
    do {
      if try list.answer(LineReader(descriptor: file.handle.fileDescriptor)) > 0 {
        throw ExitReason.badInput.exit
      }
    } catch let error as ReadError {
      throw ExitReason.badInput.saying("\(name): \(error.reason)")
    }
  }
}
