/// What a decision about one group's buckets has changed, and when it wants to be asked again.
struct OwnershipChanges: Sendable {
  /// Buckets that were let go.
  var released = 0
  /// Buckets that were being let go, and stay.
  var kept = 0
  private var takenOver = 0
  private var handedOver = 0
  private var unclaimed = 0
  /// The earliest instant that a rule waits for; ``Instant/never`` if none does.
  var again = Instant.never

  /// Buckets that were taken.
  var taken: Int { takenOver + handedOver + unclaimed }

  /// Whether the filter must accept what it did before.
  var isEmpty: Bool { released + kept + taken == 0 }

  /// Counts a bucket that was taken.
  mutating func count(_ reason: ClaimReason) {
    switch reason {
    case .takeOver: takenOver += 1
    case .handOver: handedOver += 1
    case .unclaimed: unclaimed += 1
    }
  }

  func announce(_ group: GroupID, into actions: inout [Action]) {
    if released > 0 { actions.append(.notice(.released(group, count: released))) }
    if takenOver > 0 { actions.append(.notice(.claimed(group, count: takenOver, .takeOver))) }
    if handedOver > 0 { actions.append(.notice(.claimed(group, count: handedOver, .handOver))) }
    if unclaimed > 0 { actions.append(.notice(.claimed(group, count: unclaimed, .unclaimed))) }
  }
}
