/// Packets of one group since the filter was installed.
public struct FilterCounters: Sendable, Hashable {
  /// Accepted by their bucket or tracked flow, or as an echo request or ICMP error.
  public var accepted: UInt64
  /// Other nodes' packets and unknown segments; resets included.
  public var rejected: UInt64

  public init(accepted: UInt64, rejected: UInt64) {
    self.accepted = accepted
    self.rejected = rejected
  }
}

/// Packets for the virtual IPs that were dropped before their group was known.
public struct StrayCounters: Sendable, Hashable {
  /// While no lease was running.
  public var noLease: UInt64
  /// Matched by no rule, where unmatched traffic is denied.
  public var unmatched: UInt64
  /// Lone fragments.
  public var fragments: UInt64

  public init(noLease: UInt64, unmatched: UInt64, fragments: UInt64) {
    self.noLease = noLease
    self.unmatched = unmatched
    self.fragments = fragments
  }
}
