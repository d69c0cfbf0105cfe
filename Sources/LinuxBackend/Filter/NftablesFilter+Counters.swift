import Engine

extension NftablesFilter {
  /// Packets by group since ``install()``, in the order of ``Engine/Settings/ownershipGroups``; a table made anew by
  /// a repair goes on counting where it was last read.
  public func counters() throws(FilterError) -> [FilterCounters] {
    let counts = try readCounters()
    return owned.indices.map {
      FilterCounters(
        accepted: counts[FilterNames.accepted($0)] ?? 0, rejected: counts[FilterNames.rejected($0)] ?? 0)
    }
  }

  /// Packets that were dropped before they had a group.
  public func strays() throws(FilterError) -> StrayCounters {
    let counts = try readCounters()
    return StrayCounters(
      noLease: counts[FilterNames.noLease] ?? 0, unmatched: counts[FilterNames.unmatched] ?? 0,
      fragments: counts[FilterNames.fragments] ?? 0)
  }

  /// By name: what the kernel's counters say, and what those of earlier tables had said.
  func readCounters() throws(FilterError) -> [String: UInt64] {
    let text = try nft.run("list counters table inet \(table)\n")
    var counts = counted
    var name: Substring?
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count >= 2, words[0] == "counter" { name = words[1] }
      if words.count >= 2, words[0] == "packets", let counter = name, let packets = UInt64(words[1]) {
        counts[String(counter), default: 0] += packets
      }
    }
    lastCounts = counts
    return counts
  }
}
