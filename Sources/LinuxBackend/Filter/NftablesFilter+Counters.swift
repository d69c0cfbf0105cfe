import Engine

extension NftablesFilter {
  /// Packets by group since ``install()``, in the order of ``Engine/Settings/ownershipGroups``; a table made anew by
  /// a repair goes on counting where it was last read.
  public func counters() throws(FilterError) -> [FilterCounters] { counters(of: try readCounters()) }

  /// The same of counters that were read elsewhere.
  /// - Parameters:
  ///   - counts: what the kernel's counters said.
  ///   - life: ``tableLife`` when they were asked for. The filter has counted those of an earlier table already.
  func counters(adding counts: [String: UInt64], life: UInt64) -> [FilterCounters] {
    if life == tableLife { lastCounts = counted.merging(counts, uniquingKeysWith: &+) }
    return counters(of: lastCounts)
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
    let counts = counted.merging(try CounterReader.read(nft, table), uniquingKeysWith: &+)
    lastCounts = counts
    return counts
  }

  private func counters(of counts: [String: UInt64]) -> [FilterCounters] {
    owned.indices.map {
      FilterCounters(
        accepted: counts[FilterNames.accepted($0)] ?? 0, rejected: counts[FilterNames.rejected($0)] ?? 0)
    }
  }
}
