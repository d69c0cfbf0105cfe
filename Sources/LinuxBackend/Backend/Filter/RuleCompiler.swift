import Engine
import FarmFile

/// Translates a configuration to nftables rules that give the same verdict as ``Engine/Filter``, in its order.
///
/// Two base chains look at packets for the virtual IPs, and at no others. The first runs before connection tracking and
/// decides everything that needs no memory: lease, fragments, echo, packets that open a flow, datagrams. Packets of
/// other nodes' buckets end there, so they cost no connection tracking. The second runs after it and decides about TCP
/// segments of open flows and ICMP errors about TCP.
///
/// | passes untouched | why |
/// |---|---|
/// | ICMPv6 neighbour discovery and multicast listener messages | without them no neighbour finds the address |
/// | packets that come in through `lo` | a node's own packets for the virtual IP reach no other node |
///
/// Limits: with connection tracking on, the kernel reassembles fragments before the first chain, so a lone fragment is
/// never seen there. An ICMP error belongs to the flow that it quotes only if the quoted header has no options (IPv4)
/// or extension headers (IPv6) and is no later fragment; else it counts as unmatched. A flow is tracked from the node's
/// own answer to the SYN on: until then its segments are unknown.
public struct RuleCompiler: Sendable {
  let settings: Settings
  let groups: [GroupSettings]
  let virtualIPs: [IPAddress]
  let setsPacketTypeHost: Bool

  /// - Parameters:
  ///   - virtualIPs: the farm's; at least one, none twice.
  ///   - setsPacketTypeHost: whether frames to a multicast hardware address count as sent to this host.
  /// - Precondition: `settings.problems()` is empty.
  public init(settings: Settings, virtualIPs: [IPAddress], setsPacketTypeHost: Bool = false) {
    self.settings = settings
    groups = settings.ownershipGroups
    self.virtualIPs = virtualIPs
    self.setsPacketTypeHost = setsPacketTypeHost
  }

  /// The configuration's rules. The same configuration gives the same text.
  public func compile() -> CompiledRules {
    CompiledRules(
      chains: arrivalChains + trackedChains + dispatchChains + leafChains, groupCount: groups.count)
  }

  var v4: [IPAddress] { virtualIPs.filter { $0.isIPv4 } }
  var v6: [IPAddress] { virtualIPs.filter { !$0.isIPv4 } }

  /// The chains before connection tracking.
  private var arrivalChains: [CompiledRules.Chain] {
    let noLease = "meta length & 0 != @\(FilterNames.lease) counter name \(FilterNames.noLease) drop"
    let isHost = setsPacketTypeHost ? ["meta pkttype set host"] : []
    var chains = [baseChain("arrival", priority: "raw")]
    if !v4.isEmpty {
      chains.append(
        chain(
          "arrival_4",
          isHost + [
            noLease, "ip frag-off & 0x1fff != 0 counter name \(FilterNames.fragments) drop",
            "meta l4proto vmap { 6 : goto openings, 17 : goto datagrams, 1 : goto arrival_icmp_4 }",
            "goto \(unmatched)",
          ]))
      chains.append(
        chain(
          "arrival_icmp_4",
          [
            "icmp type 8 goto \(echo)",
            "\(Self.errors4) \(quote4) vmap { 6 : accept, 17 : goto quoted_udp_4 }",
          ]
            + ["goto \(unmatched)"]))
    }
    if !v6.isEmpty {
      chains.append(
        chain(
          "arrival_6",
          isHost + [
            "icmpv6 type { 130-137, 143 } accept", noLease,
            "frag frag-off != 0 counter name \(FilterNames.fragments) drop",
            "meta l4proto vmap { 6 : goto openings, 17 : goto datagrams, 58 : goto arrival_icmp_6 }",
            "goto \(unmatched)",
          ]))
      chains.append(
        chain(
          "arrival_icmp_6",
          [
            "icmpv6 type 128 goto \(echo)",
            "\(Self.errors6) \(quote6) vmap { 6 : accept, 17 : goto quoted_udp_6 }",
          ]
            + ["goto \(unmatched)"]))
    }
    return chains
  }

  /// The chains after connection tracking.
  private var trackedChains: [CompiledRules.Chain] {
    var chains = [baseChain("tracked", priority: "mangle")]
    if !v4.isEmpty {
      chains.append(
        chain(
          "tracked_4", ["meta l4proto 6 goto segments", "\(Self.errors4) \(quote4) 6 goto quoted_tcp_4"]))
    }
    if !v6.isEmpty {
      chains.append(
        chain(
          "tracked_6", ["meta l4proto 6 goto segments", "\(Self.errors6) \(quote6) 6 goto quoted_tcp_6"]))
    }
    return chains
  }

  private func baseChain(_ name: String, priority: String) -> CompiledRules.Chain {
    var rules = ["iif \"lo\" accept"]
    if !v4.isEmpty { rules.append("ip daddr \(addresses(v4)) goto \(name)_4") }
    if !v6.isEmpty { rules.append("ip6 daddr \(addresses(v6)) goto \(name)_6") }
    return CompiledRules.Chain(name: name, hook: "prerouting priority \(priority)", rules: rules)
  }

  func chain(_ name: String, _ rules: [String]) -> CompiledRules.Chain {
    CompiledRules.Chain(name: name, hook: nil, rules: rules)
  }

  func addresses(_ list: [IPAddress]) -> String {
    "{ " + list.map { $0.text }.joined(separator: ", ") + " }"
  }

  /// The chain for echo requests: the first group's, by the client's address.
  private var echo: String { Leaf(group: 0, identity: .address).name("bucket") }
  /// The chain for packets that no rule can match, or that none has matched.
  var unmatched: String { "unmatched" }
}
