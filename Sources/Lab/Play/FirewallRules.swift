import Engine
import FarmFile
import Sim

/// What a node's own firewall drops of heartbeats, as nftables text: datagrams to the farm's port that arrive, leave, or both.
///
/// It stands in a table of its own in the node's namespace, beside the one of the daemon, and clients' packets pass it.
struct FirewallRules: Sendable {
  let addresses: LabAddresses
  let scenario: Scenario

  static let table = "inet firewall"

  /// Whether any fault of the scenario needs firewalls.
  var areNeeded: Bool {
    scenario.faults.contains { if case .blockHeartbeats = $0.kind { true } else { false } }
  }

  /// Takes the place of whatever stood there, in one transaction.
  /// - Parameter active: indices of the scenario's faults that hold.
  func text(of node: NodeID, active: [Int]) -> String {
    var (arriving, leaving): ([String], [String]) = ([], [])
    for case .blockHeartbeats(let nodes, let direction, let networks) in active.map({
      scenario.faults[$0].kind
    })
    where nodes.contains(node) {
      for network in addresses.networks where networks.contains(network) {
        let (interface, port) = ("\"\(addresses.interface(network))\"", LinuxSettings.defaultPort)
        if direction.blocksArriving { arriving.append("iifname \(interface) udp dport \(port) drop") }
        if direction.blocksLeaving { leaving.append("oifname \(interface) udp dport \(port) drop") }
      }
    }
    return """
      table \(FirewallRules.table)
      delete table \(FirewallRules.table)
      table \(FirewallRules.table) {
        chain arriving { type filter hook input priority 0; policy accept;
      \(arriving.map { "    " + $0 }.joined(separator: "\n"))
        }
        chain leaving { type filter hook output priority 0; policy accept;
      \(leaving.map { "    " + $0 }.joined(separator: "\n"))
        }
      }

      """
  }
}
