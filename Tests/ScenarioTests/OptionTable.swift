import Foundation

/// The commands and options of a program, as the program itself tells them.
struct OptionTable: Sendable {
  private struct Dump: Decodable, Sendable { var command: Command }
  private struct Command: Decodable, Sendable {
    var commandName: String
    var subcommands: [Command]?
    var arguments: [Argument]?
    var defaultSubcommand: String?
  }
  private struct Argument: Decodable, Sendable {
    struct Name: Decodable, Sendable { var name: String }
    var kind: String
    var names: [Name]?
    var isRepeating: Bool
    var isOptional: Bool
  }

  private let root: Command

  init(program: URL) throws {
    let run = try Farmsim.run([program.path, "--experimental-dump-help"], program: "env")
    root = try JSONDecoder().decode(Dump.self, from: Data(run.output.utf8)).command
  }

  /// What the program does not have of a command line; `nil`: all of it is known.
  /// - Parameter isName: the first word may be a command's name alone.
  func complaint(_ words: [String], isName: Bool) -> String? {
    let commands = root.subcommands ?? []
    var words = words[...]
    var command = commands.first { $0.commandName == root.defaultSubcommand ?? "" } ?? root
    if let first = words.first, !first.hasPrefix("-") {
      guard let named = commands.first(where: { $0.commandName == first }) else {
        return "no command '\(first)'"
      }
      command = named
      words.removeFirst()
    }
    if isName { return nil }
    let arguments = command.arguments ?? []
    var places = arguments.filter { $0.kind == "positional" }
    while let word = words.popFirst() {
      guard word.hasPrefix("-") else {
        guard let place = places.first else { return "no place for '\(word)'" }
        if !place.isRepeating { places.removeFirst() }
        continue
      }
      let name = word.drop { $0 == "-" }
      guard let option = arguments.first(where: { $0.names?.contains { $0.name == name } == true }) else {
        return "no option '\(word)'"
      }
      if option.kind == "option", words.popFirst() == nil { return "'\(word)' without a value" }
    }
    return places.allSatisfy(\.isOptional) ? nil : "a word is missing"
  }
}
