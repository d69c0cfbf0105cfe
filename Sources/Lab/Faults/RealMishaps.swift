import Engine
import LinuxBackend
import Sim

/// Does the mishaps of a round to the farm, by the means that cause them elsewhere.
///
/// Rules and addresses are changed in the node's own namespace, disks in the lab's house, and short paths at the
/// switch. ``Neighbour`` does what comes from the segment.
final class RealMishaps {
  private let farm: LabFarm
  private let mishaps: [Mishap]
  private let disks: StateDisks
  private let neighbour: Neighbour
  private var crowds: [Int: MetricsCrowd] = [:]
  /// By node: its files at the beginning of the round.
  private var snapshots: [NodeID: [String: [UInt8]]] = [:]
  private static let table = "table inet stranger"
  private static let paths = "table bridge paths"

  /// - Precondition: no node has power yet.
  init(_ farm: LabFarm, _ mishaps: [Mishap], random: RandomStream) throws(LabError) {
    self.farm = farm
    self.mishaps = mishaps
    disks = try StateDisks(farm.house, nodes: farm.nodes)
    neighbour = try Neighbour(on: farm.network, random: random)
  }

  /// Called when the farm is whole and no mishap has begun.
  func takeSnapshots() {
    for case .rollback(let node) in mishaps.map(\.kind) { snapshots[node] = disks.snapshot(node) }
  }

  /// Called when a fault begins or ends.
  func note(_ kind: FaultKind, isEnd: Bool) {
    if case .partition = kind { neighbour.remember(isEnd) }
  }

  func end() {
    for crowd in crowds.values { crowd.end() }
    crowds = [:]
    neighbour.end()
  }

  // MARK: Acts

  func begin(_ index: Int) throws(LabError) {
    let mishap = mishaps[index]
    switch mishap.kind {
    case .flush(let node): try rules("flush ruleset", node)
    case .flushOwn(let node): try rules("delete table inet farmd", node)
    case .addressOff(let node): try takeAddresses(node)
    case .foreignTable(let node): try rules(RealMishaps.harmless, node)
    case .notrack(let node): try rules(notrack, node)
    case .replay: neighbour.replay(true)
    case .forgery: neighbour.forge(true)
    case .foreignClaim: neighbour.claim(true)
    case .metrics(let node):
      if let machine = farm.network.nodes[node.index] { crowds[index] = MetricsCrowd(in: machine) }
    case .fullDisk(let node): try disks.fill(node, true)
    case .readOnlyDisk(let node): try disks.makeReadOnly(node, true)
    case .shortPath(let node, let network): try farm.filter.set(shortPath(node, network))
    case .rollback(let node): try disks.restore(snapshots[node] ?? [:])
    }
  }

  func end(_ index: Int) throws(LabError) {
    switch mishaps[index].kind {
    case .foreignTable(let node), .notrack(let node):
      try rules("\(RealMishaps.table)\ndelete \(RealMishaps.table)", node)
    case .replay: neighbour.replay(false)
    case .forgery: neighbour.forge(false)
    case .foreignClaim: neighbour.claim(false)
    case .metrics: crowds.removeValue(forKey: index)?.end()
    case .fullDisk(let node): try disks.fill(node, false)
    case .readOnlyDisk(let node): try disks.makeReadOnly(node, false)
    case .shortPath: try farm.filter.set("\(RealMishaps.paths)\ndelete \(RealMishaps.paths)")
    case .flush, .flushOwn, .addressOff, .rollback: break
    }
  }

  /// Runs one transaction on a node, if it has power.
  private func rules(_ text: String, _ node: NodeID) throws(LabError) {
    guard let machine = farm.network.nodes[node.index] else { return }
    do throws(LabError) {
      try NamespaceFilter(machine, of: farm.name(node)).set(text + "\n")
    } catch  where text.hasPrefix("delete table inet farmd") {
      // A daemon that is just being started has no table yet.
    }
  }

  private func takeAddresses(_ node: NodeID) throws(LabError) {
    guard let machine = farm.network.nodes[node.index] else { return }
    let interface = farm.network.addresses.interface(farm.network.addresses.serviceNetwork)
    for address in farm.plan.scenario.farm.virtualIPs {
      let words = ["addr", "del", "\(address.text)/\(address.isIPv4 ? 32 : 128)", "dev", interface]
      _ = try machine.run { () throws(LabError) in try Program.run("ip", words) }
    }
  }

  // MARK: Rules

  /// The rules of a host firewall that lets everything pass.
  private static let harmless = """
    \(table)
    delete \(table)
    \(table) {
      chain arriving { type filter hook input priority 5; policy accept; ct state established,related accept; counter; }
      chain leaving { type filter hook output priority 5; policy accept; counter; }
    }
    """

  private var notrack: String {
    let addresses = farm.plan.scenario.farm.virtualIPs
    let rules = addresses.map {
      "meta l4proto tcp \($0.isIPv4 ? "ip" : "ip6") daddr \($0.text) notrack"
    }
    return """
      \(RealMishaps.table)
      delete \(RealMishaps.table)
      \(RealMishaps.table) {
        chain raw { type filter hook prerouting priority -310; policy accept;
          \(rules.joined(separator: "\n    "))
        }
      }
      """
  }

  /// Rules of the switch: longer packets from the node and to it are lost on that network.
  private func shortPath(_ node: NodeID, _ network: NetworkID) -> String {
    let addresses = farm.network.addresses
    let port = "\"\(addresses.port(network, node))\""
    // Shorter than any heartbeat of this farm, but longer than a SYN or a probe.
    let longest = max(90, (neighbour.shortestHeartbeat ?? 151) - 1)
    return """
      \(RealMishaps.paths)
      delete \(RealMishaps.paths)
      \(RealMishaps.paths) {
        chain passed { type filter hook forward priority 5; policy accept;
          iifname \(port) ip length > \(longest) drop
          oifname \(port) ip length > \(longest) drop
          iifname \(port) ip6 length > \(longest - 40) drop
          oifname \(port) ip6 length > \(longest - 40) drop
        }
      }

      """
  }
}
