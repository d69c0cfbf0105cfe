/// What became of an input: odd things that peers and networks do are counted, never thrown.
public enum Outcome: UInt8, Sendable, Hashable, CaseIterable {
  case done
  /// A timer that was not due, or a confirmation of nothing outstanding.
  case spurious
  /// The node is stopped.
  case notRunning
  /// Not a heartbeat: wrong magic, version, lengths or field values.
  case malformed
  case foreignFarm
  /// A node id that is not configured.
  case unknownNode
  /// Our own datagram came back.
  case ownEcho
  /// Older than or the same as one already seen.
  case stale
  /// A life or sequence that no node can have reached since it was heard last.
  case implausible
  /// Of another configuration.
  case foreignConfiguration
}

/// How often each outcome came.
struct OutcomeCounts: Sendable {
  /// By the raw value of ``Outcome``.
  private(set) var byOutcome = [Int](repeating: 0, count: Outcome.allCases.count)

  mutating func count(_ outcome: Outcome) { byOutcome[Int(outcome.rawValue)] += 1 }
}
