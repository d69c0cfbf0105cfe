import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim

/// The farm of a lab: its network and, on every node, the daemon and the server.
///
/// It offers acts (power, daemons, orders, firewalls) and questions (whether the farm is whole, what the logs say).
/// ``RealFaults`` and ``LabPlayer`` decide when to act. Its state is read from kernel filters by the ``FilterWatch``,
/// not from the daemons.
final class LabFarm {
  let plan: LabPlan
  let network: LabNetwork
  let house: LabHouse
  let filter: NamespaceFilter
  let rules: SwitchRules
  /// Firewalls of the nodes with power; empty unless the scenario needs them.
  private var firewalls: [NodeID: NamespaceFilter] = [:]
  private let firewallRules: FirewallRules
  let file: NodeFile
  let programs: LabPrograms
  /// Shows what the kernel filters accept: whether the farm is whole, and all that is measured.
  let watch: FilterWatch
  private(set) var daemons: [ChildProcess?]
  /// Captures the nodes' frames; `nil` if the lab does not capture.
  var capture: FrameCapture?
  /// The servers, and what is told to them.
  let applications: LabApplications
  /// Nodes that have booted before.
  private var hasBooted = NodeSet.empty

  /// Builds the network. No node has power yet.
  /// - Parameters:
  ///   - text: the text of the scenario's file.
  ///   - file: its path.
  ///   - overrides: changes of the command line.
  ///   - metrics: where each daemon serves its metrics.
  init(
    _ plan: LabPlan, text: String, file: String = "the scenario", overrides: [Override],
    programs: LabPrograms,
    metrics: String = "no"
  ) throws(LabError) {
    let settings = plan.scenario.farm.settings
    self.plan = plan
    self.programs = programs
    network = try LabNetwork(
      plan.scenario.farm,
      clients: plan.scenario.traffic.flatMap(\.clients.addresses).map { AddressPrefix($0) })
    house = try LabHouse()
    filter = try NamespaceFilter(network.switching, of: "the switch")
    rules = SwitchRules(addresses: network.addresses, scenario: plan.scenario)
    firewallRules = FirewallRules(addresses: network.addresses, scenario: plan.scenario)
    applications = try LabApplications(plan.scenario, house: house, program: programs.server)
    self.file = NodeFile(addresses: network.addresses, checks: applications.checks, metrics: metrics)
    watch = try FilterWatch(table: "farmd", bucketCounts: settings.ownershipGroups.map(\.bucketCount))
    daemons = Array(repeating: nil, count: settings.nodeCount)
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

  /// Starts a machine, its server and its daemon. - Returns: when the daemon was started.
  @discardableResult func powerOn(_ node: NodeID) throws(LabError) -> Instant {
    let machine = try network.powerOn(node)
    try watch.add(node, namespace: machine.descriptor)
    let service = network.addresses.interface(network.addresses.serviceNetwork)
    try capture?.add(node, name(node), service, in: machine)
    if firewallRules.areNeeded {
      firewalls[node] = try NamespaceFilter(machine, of: "the firewall of \(name(node))")
    }
    try applications.boot(node, machine, isFirst: !hasBooted.contains(node))
    hasBooted.insert(node)
    return try startDaemon(node)
  }

  /// Takes links, daemon and server away at once. - Returns: when that was.
  ///
  /// The links go first. A machine without power says nothing, while the kernel of a killed process resets its
  /// connections and refuses new ones.
  func powerOff(_ node: NodeID) throws(LabError) -> Instant {
    let at = MonotonicClock.now
    for link in network.addresses.networks {
      try network.ports.set(network.addresses.port(link, node), isUp: false)
    }
    daemons[node.index]?.send(SIGKILL)
    applications.losePower(node)
    watch.remove(node, at: at)
    capture?.remove(node)
    daemons[node.index] = nil
    firewalls[node] = nil
    try network.powerOff(node)
    return at
  }

  /// Sets the nodes' firewalls as the active faults require.
  func setFirewalls(active: [Int]) throws(LabError) {
    for (node, firewall) in firewalls { try firewall.set(firewallRules.text(of: node, active: active)) }
  }

  // MARK: Programs

  /// - Returns: when it was started. It is at work a moment later.
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

  /// The places where the servers listen: those of the traffic, and the first port of every rule.
  static func endpoints(_ scenario: Scenario) -> [LabEndpoint] {
    let settings = scenario.farm.settings
    func place(_ transport: Transport, _ address: IPAddress, _ port: UInt16) -> LabEndpoint {
      LabEndpoint(transport == .tcp ? .tcp : .udp, address, port)
    }
    var all = scenario.traffic.map { place(scenario.rule(of: $0).transport, $0.virtualIP, $0.port) }
    for rule in settings.rules {
      guard let port = rule.ports.first?.first else { continue }
      for address in rule.virtualIPs.isEmpty ? scenario.farm.virtualIPs : rule.virtualIPs {
        all.append(place(rule.transport, address, port))
      }
    }
    var seen = Set<LabEndpoint>()
    return all.filter { seen.insert($0).inserted }
  }

  /// Sends a request to a node's daemon.
  func ask(_ node: NodeID, _ request: ControlRequest) throws(LabError) {
    let path = file.socket(of: node)
    try house.run { () throws(LabError) in
      do throws(ControlError) {
        let reply = try ControlClient(path: path).ask(request)
        if !reply.ok { throw ControlError.noDaemon(path: path, reason: reply.error ?? "it refuses") }
      } catch { throw LabError("\(error)") }
    }
  }

  /// How long a farm may take to form, and a daemon until it takes an order.
  static let patience = Duration.seconds(30)

  /// Sends a request until the daemon takes it. One that this machine has started late may not listen yet, or not be up.
  /// - Returns: when the request that it took was sent.
  /// - Throws: if the daemon has ended by itself, or takes nothing within ``patience``.
  func insist(_ node: NodeID, _ request: ControlRequest) throws(LabError) -> Instant {
    let begin = MonotonicClock.now
    while true {
      let at = MonotonicClock.now
      do throws(LabError) {
        try ask(node, request)
        return at
      } catch {
        try requireRunning(except: NodeSet(first: nodes.count).subtracting(NodeSet(node)))
        if at - begin > LabFarm.patience {
          throw LabError(
            "\(name(node)) takes no orders after \(Int(LabFarm.patience.seconds)) s: \(error)", isOfFarm: true
          )
        }
      }
      usleep(20_000)
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

  /// Whether every node's application serves, and every node with a share of a group has buckets of it.
  ///
  /// A farm with checkers reaches this state by itself. Without checkers it does not look at the applications, and this
  /// is `true`.
  var servesEverywhere: Bool {
    guard plan.scenario.hasApplications else { return true }
    let filters = watch.current()
    let groups = plan.scenario.farm.settings.groups
    return nodes.allSatisfy { node in
      guard applications.serves(node), let filter = filters[node]?.state(at: MonotonicClock.now),
        filter.hasLease
      else { return false }
      return groups.indices.allSatisfy { groups[$0].weight(of: node) == 0 || filter.owned[$0].count > 0 }
    }
  }

  /// - Throws: if a daemon or server has ended that should run, with its last words, or if the watch has failed.
  func requireRunning(except nodes: NodeSet) throws(LabError) {
    if let failure = watch.failure { throw failure }
    for node in self.nodes where !nodes.contains(node) {
      for (child, kind) in [(daemons[node.index], "farmd"), (applications.process(node), "the server")] {
        guard let child, let status = child.end else { continue }
        let words = house.read(child.name)?.split(separator: "\n").last.map { ": \($0)" } ?? ""
        throw LabError(
          "\(kind) of \(name(node)) has ended by itself (status \(status))\(words)", isOfFarm: kind == "farmd"
        )
      }
    }
  }

  /// Ends everything. Without this call, everything ends with the object or the process.
  func end() {
    for child in daemons { child?.kill() }
    applications.stop()
    watch.stop()
  }

  /// The output of daemons and servers, by file name.
  var logs: [String: String] {
    var logs: [String: String] = [:]
    for name in house.names(ending: ".log") { logs[name] = house.read(name) }
    return logs
  }
}

/// The places of a lab's nodes, for an operator who looks around while it stands.
public struct LabFarmPlaces: Sendable {
  /// One line for each place: the command that leads there.
  public let lines: [String]

  init(_ farm: LabFarm) {
    let spaces = [("clients", farm.network.clients), ("switch", farm.network.switching)]
    let nodes = farm.nodes.compactMap { node in farm.network.nodes[node.index].map { (farm.name(node), $0) } }
    lines = (nodes + spaces).map { "\($0.0): nsenter --net=\($0.1.path)" }
  }
}
