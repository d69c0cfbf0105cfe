import Engine

extension ApplicationSettings {
  /// Reads `application:` of the `farm:` block.
  init(_ reader: YAMLReader?) {
    self.init()
    guard let keys = reader?.keys(of: FarmSection.application) else { return }
    start = keys["start"]?.command()
    stop = keys["stop"]?.command()
    restart = keys["restart"]?.command()
    startTime = keys["start_time"]?.duration(in: Limits.startTime) ?? startTime
    timeout = keys["timeout"]?.duration(in: Limits.commandTimeout) ?? timeout
    maximumActions = keys["maxloop"]?.integer(in: Limits.actions) ?? maximumActions
    loopInterval = keys["loop_interval"]?.duration(in: Limits.loopInterval) ?? loopInterval
  }
}

extension YAMLReader {
  /// A line for the shell, or a program and its arguments as a list.
  func command() -> ShellCommand? {
    let expected = "a command line, or a list of a program's absolute path and its arguments"
    guard isList else {
      guard let line = text(expected: expected) else { return nil }
      if line.contains(where: { !$0.isWhitespace }), !line.utf8.contains(0) {
        return ShellCommand(line: line)
      }
      report("'\(name)' is empty", expected: expected)
      return nil
    }
    let before = log.count
    let words = itemsOrSelf(atMost: 64).compactMap { $0.text(expected: "a program or an argument") }
    guard log.count == before else { return nil }
    guard let program = words.first, program.hasPrefix("/"), !words.contains(where: { $0.utf8.contains(0) })
    else {
      report("'\(words.first ?? "")' is no absolute path", expected: expected)
      return nil
    }
    return ShellCommand(words: words)
  }
}
