import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import TestSupport
import Testing

@testable import Lab

/// What the suites that show a real farm at work need, and how long they take.
///
/// Each lasts a few seconds. With `FARMSIM_LONG=1` in the environment, suites that promise a duration or a size play it
/// in full: a minute of every disturbance, half a minute of a flood. With `FARMSIM_FARMD=.build/release/farmd` the
/// nodes run that daemon. A flood at its full rate needs it, since debug builds would take both cores.
enum Proof {
  /// Four nodes with one rule; each suite appends its own faults.
  static let farm = """
    farm:
      nodes: 4
      virtual_ip: 192.0.2.100
      groups: {web: {buckets: 256}}
      rules: [{port: 80, identity: address_port}]
    """

  private static let otherFarmd = ProcessInfo.processInfo.environment["FARMSIM_FARMD"].map {
    URL(fileURLWithPath: $0).path
  }
  static let farmd = otherFarmd ?? BuiltProgram.farmd.path
  /// Whether the daemons are built without optimization, and so cost some ten times as much.
  static var isDebug: Bool {
    var isDebug = false
    assert({ isDebug = true }() == ())
    return isDebug && otherFarmd == nil
  }
  static let isLong = ProcessInfo.processInfo.environment["FARMSIM_LONG"] == "1"
  /// Notices of two kernels are read one after the other, so a hand-over may look like a double for this long.
  static let readingError = Duration.milliseconds(2)

  /// Seconds of a disturbance.
  static func seconds(short: Double, long: Double) -> Double { isLong ? long : short }

  static func sleep(_ seconds: Double) { usleep(UInt32(seconds * 1e6)) }

  /// Prints a figure in the long runs, where it is wanted.
  static func say(_ text: String) { if isLong { print("proof: " + text) } }
}

/// A farm of real daemons, which is whole after its initialiser.
final class ProofFarm {
  let farm: LabFarm
  var scenario: Scenario { farm.plan.scenario }
  /// Every change of every filter since the start, in the watch's order.
  private var changes: [FilterChange] = []

  /// - Parameter prepare: runs before the nodes get power.
  init(_ text: String, prepare: (LabFarm) throws -> Void = { _ in }) throws {
    let scenario = try Scenario.read(text: text, name: "proof").get()
    let plan = LabPlan(scenario, repeats: 1)
    try #require(plan.refusals == [])
    let programs = LabPrograms(farmd: Proof.farmd, server: BuiltProgram.farmsim.path)
    farm = try LabFarm(plan, text: text, overrides: [], programs: programs)
    try prepare(farm)
    for node in farm.nodes { try farm.powerOn(node) }
    try waitUntilWhole()
  }

  deinit { farm.end() }

  var network: LabNetwork { farm.network }
  var clients: NetworkNamespace { farm.network.clients }

  /// Waits until every bucket has one owner and the daemons have nothing left to change.
  func waitUntilWhole(seconds: Double = 20) throws {
    try wait(seconds, for: "a whole farm") { farm.isWhole }
    Proof.sleep(0.3)
    try wait(seconds, for: "a whole farm") { farm.isWhole }
  }

  func wait(_ seconds: Double, for what: String, until isTrue: () throws -> Bool) throws {
    let deadline = Date().addingTimeInterval(seconds)
    while try !isTrue() {
      try #require(Date() < deadline, "\(what) after \(seconds) s: \(farm.logs)")
      usleep(10_000)
    }
  }

  // MARK: Daemons

  func status(_ node: NodeID) throws -> StatusReport {
    let client = ControlClient(path: farm.file.socket(of: node))
    let reply = try farm.house.run { try client.ask(.status) }
    return try #require(reply.status)
  }

  /// The memory that a daemon holds, in bytes.
  func memory(_ node: NodeID) throws -> Int {
    let pid = try #require(farm.daemons[node.index]).pid
    let text = try String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)
    return try #require(Int(text.split(separator: " ")[1])) * Int(getpagesize())
  }

  // MARK: Filters

  /// Everything that the filters have held so far.
  func history() -> FilterHistory {
    changes += farm.watch.take()
    return FilterHistory(changes, until: MonotonicClock.now)
  }

  /// Adds rules of the switch beside those of the faults.
  /// - Parameter rules: the rules of a chain for forwarded frames.
  func setSwitch(_ rules: [String]) throws {
    try farm.filter.set(
      """
      table bridge proof
      delete table bridge proof
      table bridge proof {
        chain passed { type filter hook forward priority 10; policy accept;
      \(rules.joined(separator: "\n"))
        }
      }

      """)
  }

  /// Lets the clients' packets reach one node alone, or every node.
  ///
  /// It limits only packets for the virtual IPs. A node that the router's ARP answers do not reach would forget the way
  /// back to the clients, and its answers would be missing for a second after the switch is open again.
  func clientsReach(only node: NodeID?) throws {
    guard let node else { return try setSwitch([]) }
    let address = network.addresses
    let service = address.serviceNetwork
    let way = "iifname \"\(address.routerPort(service))\" oifname != \"\(address.port(service, node))\""
    try setSwitch(
      scenario.farm.virtualIPs.map { "\(way) \($0.isIPv4 ? "ip" : "ip6") daddr \($0.text) drop" })
  }

  /// Runs nft on a node.
  /// - Parameter script: commands of one transaction.
  func nft(_ node: NodeID, _ script: String) throws {
    let machine = try #require(network.nodes[node.index])
    let outcome = try machine.run { () throws(LabError) in
      try Program.run("nft", ["-f", "-"], input: script)
    }
    try #require(outcome.status == 0, "\(outcome.complaint)")
  }
}
