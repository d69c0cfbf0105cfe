import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim

/// The farm of a lab: its network and, on every node, the daemon and the server.
final class LabFarm {
  let plan: LabPlan
  let network: LabNetwork
  let house: LabHouse
  let filter: SwitchFilter
  let rules: SwitchRules
  let file: NodeFile
  let programs: LabPrograms
  /// What packets meet: when the farm is whole, and all that is measured of it.
  let watch: FilterWatch
  private(set) var daemons: [ChildProcess?]
  private var servers: [ChildProcess?]

  /// Builds the network; no node has power yet.
  /// - Parameters:
  ///   - text: of the scenario's file.
  ///   - file: its path.
  ///   - overrides: what the command line says instead.
  init(
    _ plan: LabPlan, text: String, file: String = "the scenario", overrides: [Override], programs: LabPrograms
  ) throws(LabError) {
    let settings = plan.scenario.farm.settings
    self.plan = plan
    self.programs = programs
    network = try LabNetwork(plan.scenario.farm)
    house = try LabHouse()
    filter = try SwitchFilter(network.switching)
    rules = SwitchRules(addresses: network.addresses, scenario: plan.scenario)
    self.file = NodeFile(addresses: network.addresses)
    watch = try FilterWatch(table: "farmd", bucketCounts: settings.ownershipGroups.map(\.bucketCount))
    daemons = Array(repeating: nil, count: settings.nodeCount)
    servers = daemons
    let farm = try self.file.text(
      scenario: text, file: file, overrides: overrides + plan.overrides, rules: plan.probeRules)
    try house.write(farm, to: NodeFile.name)
    try house.write(NodeFile.key, to: NodeFile.keyName, mode: 0o600)
    try filter.set(rules.text(active: []))
  }

  var nodes: [NodeID] { network.addresses.nodes }
  func name(_ node: NodeID) -> String { plan.scenario.farm.nodes[node.index] }
  func hasPower(_ node: NodeID) -> Bool { network.nodes[node.index] != nil }

  // MARK: Power

  /// A machine, its server and its daemon. - Returns: when the daemon was started.
  @discardableResult func powerOn(_ node: NodeID) throws(LabError) -> Instant {
    let machine = try network.powerOn(node)
    try watch.add(node, namespace: machine.descriptor)
    try startServer(node, machine)
    return try startDaemon(node)
  }

  /// Daemon, server and links are gone at once. - Returns: when they went.
  func powerOff(_ node: NodeID) throws(LabError) -> Instant {
    let at = MonotonicClock.now
    daemons[node.index]?.send(SIGKILL)
    servers[node.index]?.send(SIGKILL)
    for link in network.addresses.networks {
      try network.ports.set(network.addresses.port(link, node), isUp: false)
    }
    watch.remove(node, at: at)
    daemons[node.index] = nil
    servers[node.index] = nil
    try network.powerOff(node)
    return at
  }

  // MARK: Programs

  /// - Returns: when it was started; it runs a moment later.
  /// - Precondition: the node has power.
  @discardableResult func startDaemon(_ node: NodeID) throws(LabError) -> Instant {
    guard let machine = network.nodes[node.index] else { preconditionFailure("a daemon without power") }
    daemons[node.index] = nil
    let words = ["--config", "\(LabHouse.folder)/\(NodeFile.name)", "--node", name(node)]
    let own = file.overrides(for: node).flatMap { ["--set", "\($0.path)=\($0.value)"] }
    let at = MonotonicClock.now
    daemons[node.index] = try house.start(
      programs.farmd, ["run"] + words + own, in: machine, log: "\(name(node)).farmd.log")
    return at
  }

  private func startServer(_ node: NodeID, _ machine: NetworkNamespace) throws(LabError) {
    let endpoints = LabFarm.endpoints(plan.scenario).map { "\($0.transport)/\($0.address.text)/\($0.port)" }
    servers[node.index] = try house.start(
      programs.server, ["lab-server", "--node", "\(node.index)"] + endpoints, in: machine,
      log: "\(name(node)).server.log")
  }

  /// What the servers listen on: what the traffic goes to, and the first port of every rule.
  static func endpoints(
    _ scenario: Scenario
  ) -> [(transport: Transport, address: IPAddress, port: UInt16)] {
    let settings = scenario.farm.settings
    var all = scenario.traffic.map { (settings.rules[$0.rule].transport, $0.virtualIP, $0.port) }
    for rule in settings.rules {
      guard let port = rule.ports.first?.first else { continue }
      for address in rule.virtualIPs.isEmpty ? scenario.farm.virtualIPs : rule.virtualIPs {
        all.append((rule.transport, address, port))
      }
    }
    var seen = Set<String>()
    return all.filter { seen.insert("\($0)").inserted }
  }

  /// Asks a node's daemon for something.
  func ask(_ node: NodeID, _ request: ControlRequest) throws(LabError) {
    let path = file.socket(of: node)
    try house.run { () throws(LabError) in
      do throws(ControlError) {
        let reply = try ControlClient(path: path).ask(request)
        if !reply.ok { throw ControlError.noDaemon(path: path, reason: reply.error ?? "it refuses") }
      } catch { throw LabError("\(error)") }
    }
  }

  // MARK: State

  /// Whether every bucket has exactly one owner.
  var isWhole: Bool {
    let now = MonotonicClock.now
    let filters = watch.current().values.map { $0.state(at: now) }.filter(\.hasLease)
    guard let first = filters.first else { return false }
    for g in first.owned.indices {
      var (count, union) = (0, BucketSet(capacity: first.owned[g].capacity))
      for filter in filters {
        count += filter.owned[g].count
        union.formUnion(filter.owned[g])
      }
      if union.count != union.capacity || count != union.capacity { return false }
    }
    return true
  }

  /// - Throws: a daemon or server that should run has ended, with its last words, or the watch has.
  func requireRunning(except nodes: NodeSet) throws(LabError) {
    if let failure = watch.failure { throw failure }
    for node in self.nodes where !nodes.contains(node) {
      for (child, kind) in [(daemons[node.index], "farmd"), (servers[node.index], "the server")] {
        guard let child, let status = child.end else { continue }
        let words = house.read(child.name)?.split(separator: "\n").last.map { ": \($0)" } ?? ""
        throw LabError("\(kind) of \(name(node)) has ended by itself (status \(status))\(words)")
      }
    }
  }

  /// Ends everything. It ends without this, too, when the value or the process does.
  func end() {
    for child in daemons + servers { child?.kill() }
    watch.stop()
  }

  /// What daemons and servers said, by file name.
  var logs: [String: String] {
    var logs: [String: String] = [:]
    for name in house.names(ending: ".log") { logs[name] = house.read(name) }
    return logs
  }
}
