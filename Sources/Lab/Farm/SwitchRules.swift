import Engine
import Sim

/// What the switch drops, as nftables text: cuts between nodes, losses, and what clients cannot reach.
///
/// All rules are in the switch's namespace, which every copy of a flooded frame passes by itself. So the nodes' own
/// rules are not affected, and one copy can be lost without the others.
struct SwitchRules: Sendable {
  let addresses: LabAddresses
  let scenario: Scenario

  static let table = "bridge faults"

  /// Rules that replace the table's earlier content, in one transaction.
  /// - Parameter active: indices of the scenario's faults that last now, in the order in which they began.
  func text(active: [Int]) -> String {
    var sent: [String] = []
    var passed: [String] = []
    for network in addresses.networks {
      let state = SegmentState(scenario, network: network, active: active)
      sent += uplinks(network, state)
      passed += cuts(network, state) + losses(network, state)
    }
    return """
      table \(SwitchRules.table)
      delete table \(SwitchRules.table)
      table \(SwitchRules.table) {
        chain sent { type filter hook prerouting priority -300; policy accept;
      \(sent.map { "    " + $0 }.joined(separator: "\n"))
        }
        chain passed { type filter hook forward priority 0; policy accept;
      \(passed.map { "    " + $0 }.joined(separator: "\n"))
        }
      }

      """
  }

  /// A frame that is lost on its way to the switch is lost for all, be it a heartbeat or an answer to a client.
  private func uplinks(_ network: NetworkID, _ state: SegmentState) -> [String] {
    var rules = addresses.nodes.compactMap { node in
      rule("iifname \(quoted(node, network))", losing: state.uplinkLoss[node.index])
    }
    let router = "\"\(addresses.routerPort(network))\""
    rules += [rule("iifname \(router)", losing: state.clientUplinkLoss)].compactMap { $0 }
    return rules
  }

  private func cuts(_ network: NetworkID, _ state: SegmentState) -> [String] {
    var rules: [String] = []
    let all = NodeSet(first: addresses.nodes.count)
    for node in addresses.nodes {
      let unreached = all.subtracting(state.reach[node.index]).subtracting(NodeSet(node))
      if !unreached.isEmpty {
        rules.append("iifname \(quoted(node, network)) oifname \(set(unreached, network)) drop")
      }
    }
    let router = "\"\(addresses.routerPort(network))\""
    if !state.hiddenFromClients.isEmpty {
      rules.append("iifname \(router) oifname \(set(state.hiddenFromClients, network)) drop")
    }
    if !state.unheardByClients.isEmpty {
      rules.append("iifname \(set(state.unheardByClients, network)) oifname \(router) drop")
    }
    return rules
  }

  private func losses(_ network: NetworkID, _ state: SegmentState) -> [String] {
    var rules: [String] = []
    for receiver in addresses.nodes {
      let out = "oifname \(quoted(receiver, network))"
      // Senders with equal losses share a rule.
      let shares = Set(addresses.nodes.map { state.pairLoss[$0.index][receiver.index] }).sorted()
      for share in shares {
        var senders = NodeSet.empty
        for sender in addresses.nodes
        where sender != receiver && state.pairLoss[sender.index][receiver.index] == share {
          senders.insert(sender)
        }
        guard !senders.isEmpty else { continue }
        rules += [rule("iifname \(set(senders, network)) \(out)", losing: share)].compactMap { $0 }
      }
      let router = "\"\(addresses.routerPort(network))\""
      rules += [
        rule("iifname \(router) \(out)", losing: state.clientDownlinkLoss[receiver.index]),
        rule(
          "iifname \(quoted(receiver, network)) oifname \(router)",
          losing: state.answerLinkLoss[receiver.index]),
      ].compactMap { $0 }
    }
    return rules
  }

  /// A rule that drops a share of the matching frames; `nil` if the share is zero.
  private func rule(_ match: String, losing share: Double) -> String? {
    let millionths = Int((share * 1e6).rounded())
    if millionths <= 0 { return nil }
    return millionths >= 1_000_000
      ? "\(match) drop" : "\(match) numgen random mod 1000000 < \(millionths) drop"
  }

  private func quoted(_ node: NodeID, _ network: NetworkID) -> String {
    "\"\(addresses.port(network, node))\""
  }
  private func set(_ nodes: NodeSet, _ network: NetworkID) -> String {
    "{ " + nodes.map { quoted($0, network) }.joined(separator: ", ") + " }"
  }
}
