import ArgumentParser
import Foundation

extension AsyncParsableCommand {
  /// Runs the program: parses its command line, does what that says, and leaves with an exit code of ``ExitReason``.
  ///
  /// Help and version go out as every other output does, so that they do not end well on a full disk.
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
        // It may quote what was given.
        let text = fullMessage(for: error)
        if !text.isEmpty { Console.complain(text) }
        Foundation.exit(code.rawValue)
      }
      do { try Console.write(fullMessage(for: error) + "\n") } catch { exit(withError: error) }
    }
  }
}
