import Engine

extension NftablesFilter {
  /// Restores the table if somebody deleted or edited it.
  ///
  /// If only this filter has made transactions since the last look, it costs a few microseconds. After another
  /// transaction, about whatever table, it reads the filter's table: some milliseconds.
  /// - Returns: what had been changed in the table or the host's settings, one line for the log; `nil` if nothing.
  public func repairIfEdited() throws(FilterError) -> String? {
    let setting = try TrackingSettings.apply()
    let before = try kernel.generation()
    if before == generation { return setting }
    guard let damage = try damage() else {
      generation = before
      return setting
    }
    let lease = leaseEnd.flatMap { Lease($0 - MonotonicClock.now) }
    counted = (try? readCounters()) ?? lastCounts
    try transact(fresh(owned: owned, resets: resets, lease: lease))
    tableLife += 1
    recordLayout()
    return [damage, setting].compactMap { $0 }.joined(separator: "; ")
  }

  /// How the kernel's table differs from the last commit; `nil` if it does not.
  private func damage() throws(FilterError) -> String? {
    guard let shown = try nft.layout(of: table) else { return "table inet \(table) was deleted" }
    guard shown == layout else { return "the rules of table inet \(table) were edited" }
    for i in owned.indices {
      for (name, expected) in [(FilterNames.owned(i), owned[i]), (FilterNames.resets(i), resets[i])] {
        let elements = try kernel.elements(of: name, in: table)
        if BucketSet(elements, capacity: expected.capacity) != expected { return edited(name) }
      }
    }
    let digests = try kernel.elements(of: FilterNames.layout, in: table)
    if digests.map({ $0.key }) != [layoutDigest(shown)] { return edited(FilterNames.layout) }
    return try isLeaseEdited() ? edited(FilterNames.lease) : nil
  }

  private func edited(_ set: String) -> String { "set \(set) of table inet \(table) was edited" }

  /// Whether the kernel's lease ends at another time than this filter's, by more than a tick of the kernel's clock
  /// explains.
  private func isLeaseEdited() throws(FilterError) -> Bool {
    let elements = try kernel.elements(of: FilterNames.lease, in: table)
    let tolerance = Duration.milliseconds(25)
    let left = leaseEnd.map { $0 - MonotonicClock.now } ?? .zero
    guard let element = elements.first else { return left > tolerance }
    guard elements.count == 1, element.key == 0, let milliseconds = element.expiresIn else { return true }
    let found = Duration.milliseconds(Int(min(milliseconds, 1 << 40)))
    return found > max(left, .zero) + tolerance || found < left - tolerance
  }
}
