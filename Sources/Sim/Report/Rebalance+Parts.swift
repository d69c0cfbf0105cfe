import Engine
import FarmFile

extension TrialResult {
  /// Whether the mean of the rebalance times says anything: two or more disturbed a bucket, all of them count from what
  /// happened or all from the first bucket that was not whole, and none begins within another.
  func haveRebalancesMean(_ faults: [Fault]) -> Bool {
    let those = rebalances.filter { $0.total ?? .zero > .zero }
    let kinds = Set(those.map { $0.isEnd || $0.healthy != nil || faults[$0.fault].kind.traits.isPlanned })
    let overlap = zip(those, those.dropFirst()).contains { $1.at < $0.at + $0.since + ($0.total ?? .zero) }
    return those.count > 1 && kinds.count == 1 && !overlap
  }
}

extension Rebalance {
  /// Whether every bucket was whole for more than half of its time in between. It is then no outage of that length.
  var isInParts: Bool {
    guard let total, let disturbed, disturbances > 1 else { return false }
    // A time of service shorter than a glimpse does not count.
    return disturbed.nanoseconds * 2 < total.nanoseconds && total - disturbed >= OwnershipMeter.glimpse
  }

  /// `1.32 ms, the last at 47.485 s`: for how long of its time some bucket was not whole, and when the last such time
  /// began; `nil` unless ``isInParts``.
  var parts: String? {
    guard isInParts, let disturbed, let last = lastDisturbedAt else { return nil }
    return "\(Readable.time(disturbed)), the last at \(Readable.clock(last))"
  }

  /// What the table of phases and its picture call a phase that is not known; a dash if no bucket was disturbed.
  ///
  /// In a rebalance that is over and has a detection and a commit, only the decision may be missing: that commit may
  /// have been for something else. Where only nodes that it struck have seen it, neither is told from the return of the
  /// node that saw it.
  var gap: String {
    if total == nil { return "–" }
    if !isOver { return "not over" }
    return (detection != nil || isSeenWithin) && commit != nil ? "not told apart" : "none"
  }
}
