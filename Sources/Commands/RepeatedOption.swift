import ArgumentParser
import Foundation

/// An option that is given twice although it takes one value. The parser would use the last and say nothing.
struct RepeatedOption {
  /// As written: `--seed`.
  let name: String

  /// The first such option of a command line that has been parsed; `nil` if there is none.
  /// - Parameter words: the words after the program's name.
  init?(in words: [String], of command: any ParsableCommand) {
    let names = words.prefix { $0 != "--" }.filter { $0.hasPrefix("-") && $0.count > 1 }.map {
      String($0.prefix { $0 != "=" })
    }
    guard names.count > 1 else { return nil }
    let options = RepeatedOption.single(of: command)
    var seen: Set<[String]> = []
    for name in names {
      guard let option = options.first(where: { $0.contains(name) }) else { continue }
      if !seen.insert(option).inserted {
        self.name = name
        return
      }
    }
    return nil
  }

  /// The names of each option that takes one value.
  private static func single(of command: any ParsableCommand) -> [[String]] {
    let help = Data(type(of: command)._dumpHelp().utf8)
    let arguments = (try? JSONDecoder().decode(Help.self, from: help))?.command.arguments ?? []
    return arguments.filter { $0.kind == "option" && !$0.isRepeating }.map { argument in
      (argument.names ?? []).map { ($0.kind == "short" ? "-" : "--") + $0.name }
    }
  }

  /// The part of the parser's description of a command that we need.
  private struct Help: Decodable {
    struct Command: Decodable { var arguments: [Argument]? }
    struct Argument: Decodable {
      var kind: String
      var isRepeating: Bool
      var names: [Name]?
    }
    struct Name: Decodable {
      var kind: String
      var name: String
    }
    var command: Command
  }
}
