import Engine
import FarmFile

/// Finds the rule, in all tables, that drops certain incoming datagrams: the first that drops all of them, else the
/// first that may drop some.
struct DroppingRule {
  private let nft: Nftables

  /// Looks at the network namespace of the calling thread.
  init() throws(FilterError) { nft = try Nftables() }

  /// - Returns: `nil` if no table of nftables has one.
  func find(of packets: PacketSort) throws(FilterError) -> ForeignRule? {
    var possible: ForeignRule?
    for (family, table) in try nft.tables() where ["inet", "ip", "ip6"].contains(family) {
      let walk = RuleWalk(family: family, json: try nft.json(of: table, family: family))
      for hook in ["prerouting", "input"] {
        let hits = walk.hits(of: packets, at: hook, findsPolicy: true) { _, statement, value in
          statement == "drop" || statement == "reject" || statement == "xt" && Self.isRefusal(value)
        }
        guard let hit = hits.first(where: \.isCertain) ?? hits.first else { continue }
        let text =
          hit.handle.map {
            nft.text(ofRule: $0, chain: hit.chain, table: table, family: family) ?? "gone by now"
          }
          ?? "policy drop"
        let rule = ForeignRule(
          family: family, table: table, chain: hit.chain, handle: hit.handle, text: text)
        if hit.isCertain { return rule }
        possible = possible ?? rule
      }
    }
    return possible
  }

  /// Whether a target of iptables drops or rejects.
  private static func isRefusal(_ value: Any) -> Bool {
    let target = value as? [String: Any]
    return target?["type"] as? String == "target" && ["REJECT", "DROP"].contains(target?["name"] as? String)
  }
}
