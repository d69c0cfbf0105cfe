import ArgumentParser
import Commands
import Engine
import FarmFile
import Foundation
import LinuxBackend

/// `farmd preflight`: checks this machine and its segment before a farm is started.
struct PreflightCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preflight",
    abstract: "Check this machine and its segment before a farm is started, and say what to fix.",
    discussion: """
      Changes nothing: tables are made in a private network namespace, and what the segment checks add goes with \
      the process. Each checker of the file is tried once. Segment checks need the same command on the other nodes at \
      the same time; it ends as soon as all have heard each other, or a packet filter keeps them from it, which it \
      names. A node that runs farmd already is heard, but cannot say what it hears. With --wait 0s the machine alone \
      is checked.

      EXAMPLES
        farmd preflight --node node1
        farmd preflight --node node1 --wait 2min   time to start it on the others
        farmd preflight --node node1 --json | jq .checks

      EXIT CODES
      \(ExitTable.preflight.text)
      """)

  @OptionGroup var options: FarmOptions

  @Option(help: ArgumentHelp("How long to listen for the other nodes.", valueName: "time"))
  var wait = "30s"

  @Option(
    help: ArgumentHelp(
      "Connections that are open at the same time, those of all clients.", valueName: "count"))
  var connections = 50_000

  @Flag(help: "One JSON object instead of text.") var json = false

  func validate() throws {
    guard let time = Quantity(wait)?.duration, time >= .zero, time <= .seconds(3600) else {
      throw ValidationError("--wait \(wait): expected a time with its unit, as 30s or 2min, an hour at most")
    }
    guard (1...100_000_000).contains(connections) else {
      throw ValidationError("--connections \(connections): expected 1 to 100000000")
    }
  }

  func run() throws {
    let setup = try options.read()
    if let refusal = HostPreflight.refusal {
      throw ExitReason.unavailable.refusing("nothing can be checked: \(refusal)")
    }
    var checks = HostPreflight(setup, connections: connections).checks()
    checks += CheckerTrial(setup.farm).checks()
    checks += segment(setup, for: Quantity(wait)?.duration ?? .zero)
    let report = PreflightReport(node: setup.name, checks: checks)
    try Console.write(json ? report.json + "\n" : report.text)
    if !report.isReady { throw ExitReason.failed.exit }
  }

  private func segment(_ setup: DriverSetup, for wait: Duration) -> [PreflightCheck] {
    let name = "segment"
    guard setup.farm.nodes.count > 1 else {
      return [PreflightCheck(name, .notChecked("the farm has no other node"))]
    }
    guard wait > .zero else {
      return [
        PreflightCheck(
          name,
          .notChecked(
            "heartbeats and frames between nodes need 'farmd preflight' on the others at the same time, and --wait"
          ))
      ]
    }
    do {
      let segment = try SegmentPreflight(setup)
      if !json, Console.isOutputTerminal {
        Console.complain("listening for the other nodes, \(self.wait) at most ...")
      }
      return segment.run(for: wait)
    } catch {
      return [PreflightCheck(name, .notChecked("\(error)"))]
    }
  }
}
