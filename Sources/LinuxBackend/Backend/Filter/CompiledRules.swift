import Engine

/// A configuration as nftables rules, made by ``RuleCompiler``.
public struct CompiledRules: Sendable, Hashable {
  /// A chain with its rules in order.
  public struct Chain: Sendable, Hashable {
    public let name: String
    /// The hook of a base chain; `nil` for a chain that is only jumped to.
    public let hook: String?
    public let rules: [String]
  }

  /// In the order of their declaration.
  public let chains: [Chain]
  /// How many groups have owned buckets, the hidden one of the default node included.
  public let groupCount: Int

  /// The names of the named counters.
  var counters: [String] {
    [FilterNames.noLease, FilterNames.unmatched, FilterNames.fragments]
      + (0..<groupCount).flatMap { [FilterNames.accepted($0), FilterNames.rejected($0)] }
  }

  /// The names of the sets that hold buckets.
  var bucketSets: [String] {
    (0..<groupCount).flatMap { [FilterNames.owned($0), FilterNames.resets($0)] }
  }

  /// The whole table with empty sets, so that it accepts nothing.
  public func table(named table: String) -> String {
    block(table, sets: [FilterNames.lease, FilterNames.layout] + bucketSets, counters: counters)
  }

  /// Replaces another configuration's rules in its table and leaves the lease alone. Sets and counters of groups that
  /// both have keep their elements and values.
  func replacing(_ old: CompiledRules, in table: String) -> String {
    var text = ""
    for chain in old.chains { text += "flush chain inet \(table) \(chain.name)\n" }
    for chain in old.chains { text += "delete chain inet \(table) \(chain.name)\n" }
    for set in old.bucketSets where !bucketSets.contains(set) { text += "delete set inet \(table) \(set)\n" }
    for counter in old.counters where !counters.contains(counter) {
      text += "delete counter inet \(table) \(counter)\n"
    }
    return text
      + block(
        table, sets: bucketSets.filter { !old.bucketSets.contains($0) },
        counters: counters.filter { !old.counters.contains($0) })
  }

  private func block(_ table: String, sets: [String], counters: [String]) -> String {
    var text = "table inet \(table) {\n"
    for set in sets {
      // nft has no name for the type of a hash, a 32-bit number in host order; a packet's length is one too. With a
      // size known in advance the kernel uses its fastest kind of set.
      let kind = set == FilterNames.lease ? "flags timeout" : "size \(Limits.maximumBuckets)"
      text += "  set \(set) { typeof meta length; \(kind); }\n"
    }
    for counter in counters { text += "  counter \(counter) { packets 0 bytes 0 }\n" }
    for chain in chains {
      text += "  chain \(chain.name) {\n"
      if let hook = chain.hook { text += "    type filter hook \(hook); policy accept;\n" }
      for rule in chain.rules { text += "    \(rule)\n" }
      text += "  }\n"
    }
    return text + "}\n"
  }
}
