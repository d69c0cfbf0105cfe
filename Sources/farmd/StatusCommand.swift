import ArgumentParser
import Commands
import Foundation
import LinuxBackend

/// `farmd status`: shows the state of the node and its farm.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show members, view, shares, lease, holes and doubles as this node sees them.",
    discussion: """
      The first line says whether this node serves, and if not why: other configuration with its keys, wrong key, held \
      down and for how long, whom it waits for, the check that fails. 'differs' is a node with another farm file.

      Holes are buckets that nobody claims, doubles those that more than one node claims; both are what this node \
      knows from heartbeats. Below SEEN is what it knew of since it was started, upgrades in place included: how many \
      buckets became one, the longest of one bucket, and when the last one ended. A member that was removed counts as \
      serving nothing since it was last heard. 'skipped' is a member that buckets do not have as their target, such as one that drains.

      EXAMPLES
        farmd status
        farmd status --watch
        farmd status --json | jq .view
        farmd status --json | jq '.service, .configuration.differences'
        farmd status --json | jq '.groups[] | {name, holes_seen, doubles_seen}'

      EXIT CODES
      \(ExitTable.farmd.text(of: .good, .failed, .usage, .badInput, .unavailable, .cannotWrite))
      """)

  @OptionGroup var daemon: DaemonOptions

  @Flag(help: "One JSON object instead of text; with --watch one a line.") var json = false
  @Flag(help: "Again every second, until Ctrl-C.") var watch = false

  func run() throws {
    guard watch else { return try show() }
    while true {
      try show()
      usleep(1_000_000)
    }
  }

  private func show() throws {
    let report = try daemon.status()
    if json {
      let line = String(decoding: ControlJSON.line(report), as: UTF8.self)
      return try Console.write((watch ? line : ControlJSON.text(report)) + "\n")
    }
    // Moves home and clears the rest of each line and of the screen, which avoids flicker.
    let isScreen = watch && Console.isOutputTerminal
    let text = StatusText(report).text
    try Console.write(isScreen ? "\u{1B}[H" + text.replacing("\n", with: "\u{1B}[K\n") + "\u{1B}[J" : text)
  }
}
