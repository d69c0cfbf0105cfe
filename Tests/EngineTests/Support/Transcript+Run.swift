import TestSupport

extension Transcript {
  /// Plays every block with a farm and replaces its output.
  /// - Returns: everything that the farm must never do, and did.
  mutating func run(mayDouble: Bool) -> [String] {
    var runner = TranscriptRunner(mayDouble: mayDouble)
    run { commands in
      var output: [String] = []
      for command in commands { output += runner.run(command) }
      return output + runner.repeats()
    }
    return runner.finish()
  }
}
