import Engine

/// How long no node served any client, if that was most of the longest outage.
struct BlackoutClause {
  let told: ToldTrial

  /// `nil` if at every time some bucket was served, or if the longest outage was mostly one of single buckets.
  func text() -> String? {
    let outcome = told.result.outcome
    let longest = outcome.longestBlackout
    let unserved = outcome.groups.map(\.longestUnserved).max() ?? 0
    guard longest > 0, longest >= 0.5 * unserved, let from = outcome.blackoutFrom else { return nil }
    let time = Readable.measured(Measured(longest, isCensored: outcome.endsInBlackout), .seconds)
    return "for \(time), from \(Readable.clock(from)) on, no node served any client"
  }
}
