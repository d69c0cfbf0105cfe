import Engine

/// What a host has asked its filter for, and asks again if the kernel refuses.
struct NLBFilter: Sendable {
  private var number = CommitNumber(0)
  /// What was asked for, and under which number; the same of the lease.
  private var asked: [BucketSet]?
  private var commit: CommitNumber?
  private var lease: CommitNumber?
  private var isCommitRefused = false
  private var isLeaseRefused = false
  /// NLB knows no lease: its filter accepts until it is told otherwise.
  private static let forever = Duration.seconds(100 * 365 * 24 * 3600)

  /// Asks for what differs from what was asked for before.
  /// - Parameter settings: the rules that go with it, if they are others than before.
  mutating func accept(_ wanted: [BucketSet], settings: Settings? = nil, into actions: inout [Action]) {
    if lease == nil {
      number.rawValue += 1
      lease = number
      actions.append(.renewLease(number, for: NLBFilter.forever))
    }
    if wanted == asked && settings == nil { return }
    asked = wanted
    number.rawValue += 1
    commit = number
    let resets = wanted.map { BucketSet(capacity: $0.capacity) }
    actions.append(
      .commit(FilterCommit(number: number, owned: wanted, resets: resets, settings: settings)))
  }

  /// Gives everything up, the tracked flows included.
  mutating func close(_ nothing: [BucketSet], into actions: inout [Action]) {
    accept(nothing, into: &actions)
    number.rawValue += 1
    actions.append(.endLease(number))
    lease = nil
    asked = nil
  }

  /// The kernel refused.
  mutating func fail(_ refused: CommitNumber) {
    isCommitRefused = isCommitRefused || refused == commit
    isLeaseRefused = isLeaseRefused || refused == lease
  }

  /// What was refused is asked for again by the next ``accept(_:settings:into:)``.
  mutating func retry() {
    if isCommitRefused { asked = nil }
    if isLeaseRefused { lease = nil }
    (isCommitRefused, isLeaseRefused) = (false, false)
  }
}
