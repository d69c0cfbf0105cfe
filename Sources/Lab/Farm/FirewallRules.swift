import Engine
import FarmFile
import Sim

/// The heartbeats that a node's own firewall drops, as nftables text: datagrams to the farm's port that arrive, leave,
/// or both.
///
/// The rules are in a table of their own in the node's namespace, besides the daemon's. They let packets of clients
/// pass.
struct FirewallRules: Sendable {
  let addresses: LabAddresses
  let scenario: Scenario

  static let table = "inet firewall"

  /// Whether any fault of the scenario needs firewalls.
  var areNeeded: Bool {
    scenario.faults.contains { if case .blockHeartbeats = $0.kind { true } else { false } }
  }

  /// Rules that replace the table's earlier content, in one transaction.
  /// - Parameter active: indices of the scenario's faults that last now.
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
