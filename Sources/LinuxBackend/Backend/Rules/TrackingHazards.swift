import Engine
import FarmFile

/// Finds rules in tables of others that keep the kernel from tracking connections to the virtual IPs.
///
/// The filter lets segments through by their connection. A connection that is not tracked, or is in another zone than
/// its answers, ends after its handshake, on every node. It looks at TCP alone, since the filter judges each datagram
/// by itself.
public struct TrackingHazards: Sendable {
  private let ways: [Way]

  private struct Way: Sendable {
    var hook: String
    var packets: PacketSort
  }

  /// The priority of connection tracking: rules after it come too late to keep a packet from being tracked.
  /// - Source: `NF_IP_PRI_CONNTRACK` of Linux `include/uapi/linux/netfilter_ipv4.h`.
  private static let conntrack = -200
  /// The source ports of clients: a rule about lower ones is about this host's own connections to a server.
  private static let clients: ClosedRange<UInt16> = 1024 ... .max

  /// - Parameter interface: the one where packets for the virtual IPs come in.
  public init(farm: Farm, interface: String) {
    let hasFallback = farm.settings.unmatched == .defaultNode
    ways = farm.virtualIPs.flatMap { address -> [Way] in
      let rules = farm.settings.rules.filter {
        $0.transport == .tcp && ($0.virtualIPs.isEmpty || $0.virtualIPs.contains(address))
      }
      let ports: [ClosedRange<UInt16>?] =
        hasFallback ? [nil] : rules.flatMap(\.ports).map { $0.first...$0.last }
      return ports.flatMap { ports in
        [
          Way(
            hook: "prerouting",
            packets: PacketSort(
              isIPv4: address.isIPv4, transport: .tcp, destination: address, sourcePorts: Self.clients,
              destinationPorts: ports, incoming: interface)),
          Way(
            hook: "output",
            packets: PacketSort(
              isIPv4: address.isIPv4, transport: .tcp, source: address, sourcePorts: ports,
              destinationPorts: Self.clients)),
        ]
      }
    }
  }

  /// Looks at the rules of the network namespace of the calling thread. If there is nothing to find, that is one walk
  /// over all rules; otherwise each table with a suspect is listed as well.
  /// - Returns: each rule once, in the order of the tables.
  public func find() throws(FilterError) -> [ForeignRule] {
    let suspects = try NftablesKernel().trackingSuspects()
    if suspects.isEmpty { return [] }
    let nft = try Nftables()
    var found: [ForeignRule] = []
    for (family, table) in try nft.tables()
    where suspects.contains(where: { $0.family == family && $0.table == table }) {
      let walk = RuleWalk(family: family, json: try nft.json(of: table, family: family))
      for way in ways {
        let hits = walk.hits(of: way.packets, at: way.hook, upTo: Self.conntrack) { handle, statement, _ in
          ["notrack", "mangle", "xt"].contains(statement)
            && suspects.contains(.init(family: family, table: table, handle: handle))
        }
        for hit in hits where !found.contains(where: { $0.isAt(hit, family, table) }) {
          guard let handle = hit.handle,
            let text = nft.text(ofRule: handle, chain: hit.chain, table: table, family: family)
          else { continue }
          found.append(
            ForeignRule(family: family, table: table, chain: hit.chain, handle: handle, text: text))
        }
      }
    }
    return found
  }
}

extension ForeignRule {
  fileprivate func isAt(_ hit: RuleWalk.Hit, _ family: String, _ table: String) -> Bool {
    self.family == family && self.table == table && chain == hit.chain && handle == hit.handle
  }
}
