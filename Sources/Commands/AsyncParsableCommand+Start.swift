import ArgumentParser

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
      guard exitCode(for: error) == .success else { exit(withError: error) }
      do { try Console.write(fullMessage(for: error) + "\n") } catch { exit(withError: error) }
    }
  }
}
