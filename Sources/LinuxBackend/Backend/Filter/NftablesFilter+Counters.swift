import Engine

extension NftablesFilter {
  /// Packets by group since ``install()``, in the order of ``Engine/Settings/ownershipGroups``. When a repair makes the
  /// table anew, the counts go on from the last ones that were read.
  public func counters() throws(FilterError) -> [FilterCounters] { counters(of: try readCounters()) }

  /// The same from counters that were read elsewhere.
  /// - Parameters:
  ///   - counts: the kernel's counters.
  ///   - life: ``tableLife`` at the time of the reading. Counts of an earlier table are ignored: the filter has them
  ///     already.
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

  /// The kernel's counters by name, added to those of earlier tables.
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
