import Engine

extension Rebalance {
  /// Whether every bucket was whole, in between, for more than half of its time: that is then no outage of so long.
  var isInParts: Bool {
    guard let total, let disturbed, disturbances > 1 else { return false }
    // Less than a glimpse of service is none.
    return disturbed.nanoseconds * 2 < total.nanoseconds && total - disturbed >= OwnershipMeter.glimpse
  }

  /// `1.32 ms, the last at 47.485 s`: for how long of its time some bucket was not whole, and when the last time began; `nil`
  /// where most of it was one time.
  var parts: String? {
    guard isInParts, let disturbed, let last = lastDisturbedAt else { return nil }
    return "\(Readable.time(disturbed)), the last at \(Readable.clock(last))"
  }

  /// What the table of phases and its picture call a time that no phase is known of; a dash where nothing was disturbed.
  ///
  /// In a rebalance that is over, with an answer and a commit, only the decision may be missing: that commit may have been for
  /// something else.
  var gap: String {
    if total == nil { return "–" }
    if !isOver { return "not over" }
    return detection != nil && commit != nil ? "not told apart" : "none"
  }
}
