import ArgumentParser
import Foundation

extension AsyncParsableCommand {
  /// Runs the program: parses its command line, runs the command, and exits with a code of ``ExitReason``.
  ///
  /// Help and version are written like any other output, so that a full disk makes them fail too.
  public static func start() async {
    do {
      var command = try parseAsRoot()
      if let option = RepeatedOption(in: Array(CommandLine.arguments.dropFirst()), of: command) {
        throw ExitReason.usage.refusing("\(option.name) is given twice; expected it once")
      }
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      let code = exitCode(for: error)
      guard code == .success else {
        // The message may quote what the operator typed.
        let text = fullMessage(for: error)
        if !text.isEmpty { Console.complain(text) }
        Foundation.exit(code.rawValue)
      }
      do { try Console.write(fullMessage(for: error) + "\n") } catch { exit(withError: error) }
    }
  }
}
