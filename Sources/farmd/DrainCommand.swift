import ArgumentParser
import Commands
import Engine
import FarmFile
import Foundation
import LinuxBackend

/// `farmd drain`: hands the buckets over, lets the connections end, then leaves.
struct DrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Hand this node's buckets over, let its connections end, then leave the farm.",
    discussion: """
      New connections go to the other nodes at once; those that are open stay here until they end or the deadline \
      passes. Then the node leaves and its daemon ends; what is open by then is cut, and the other nodes reset it. \
      'farmd resume' before that takes the buckets back.

      EXAMPLES
        farmd drain --wait && systemctl stop my-server
        farmd drain --deadline 60s
        farmd drain --force          although no other node is up

      EXIT CODES
      \(ExitTable.farmd.text(of: .good, .failed, .usage, .badInput, .unavailable, .cannotWrite))
      """)

  @OptionGroup var daemon: DaemonOptions

  @Option(
    help: ArgumentHelp(
      "Leave after this long, whatever is still open; the farm's drain_deadline if not given.",
      valueName: "time"))
  var deadline: String?

  @Flag(help: "Drain although no other node is up.") var force = false
  @Flag(help: "Return when the node has left.") var wait = false

  func run() throws {
    let seconds = try deadline.map { text in
      guard let time = Quantity(text)?.duration, time >= .zero else {
        throw ExitReason.usage.refusing("--deadline \(text): expected a time with its unit, as 60s or 5min")
      }
      return time.seconds
    }
    if let seconds, seconds > ControlRequest.longestDeadline {
      throw ExitReason.usage.refusing("--deadline \(deadline ?? ""): expected a week at most")
    }
    try daemon.order(.drain(deadline: seconds, isForced: force))
    if wait { try waitUntilLeft() }
  }

  /// Waits until the daemon has ended, as it does after a drain.
  private func waitUntilLeft() throws {
    let client = try daemon.client()
    var flowsCut: Int?
    while let status = try? client.ask(.status).status {
      flowsCut = status.flowsCut ?? flowsCut
      if status.status == "\(Status.stopped.name)" { break }
      let isOnItsWay = [Status.draining, .leaving].contains { "\($0.name)" == status.status }
      guard isOnItsWay else {
        throw ExitReason.failed.refusing("\(status.node) drains no longer: it is \(status.status)")
      }
      usleep(100_000)
    }
    try Console.write("left\(flowsCut.map { ": " + StatusText.cut($0) } ?? "")\n")
  }
}
