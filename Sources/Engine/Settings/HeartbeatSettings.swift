/// When heartbeats are sent and when their absence counts.
///
/// Symbols of the protocol: `T` ``interval``, `k` ``misses``, `m` ``margin``, `tau` ``timeout``,
/// `L` ``lease``, `delta` ``delayBound``, `C` ``commitBound``.
public struct HeartbeatSettings: Sendable, Hashable {
  /// `T`: the longest time between two heartbeats, 1 ms to 60 s.
  public var interval: Duration
  /// `k`: heartbeats that may be missed, 2 to 100.
  public var misses: Int
  /// `m`: margin for delays and late timers, 0 to 60 s.
  public var margin: Duration
  /// Each interval is drawn from `U[(1 - jitter) T, T]`, in thousandths, 0 to 500. 0 gives a fixed interval.
  public var jitterPermille: Int
  /// `delta`: a datagram slower than this counts as lost.
  public var delayBound: Duration
  /// `C`: the longest time that a filter commit is expected to take.
  public var commitBound: Duration
  /// Whether freshness and datagrams are relayed. Without it each node trusts only what it hears itself, as in most
  /// products: for comparison.
  public var isRelaying: Bool
  /// How the kernel lease is renewed.
  public var leasePolicy: LeasePolicy

  public init(
    interval: Duration = .milliseconds(100), misses: Int = 5, margin: Duration = .milliseconds(50),
    jitterPermille: Int = 100, delayBound: Duration = .milliseconds(5),
    commitBound: Duration = .milliseconds(5), isRelaying: Bool = true, leasePolicy: LeasePolicy = .renewed
  ) {
    self.interval = interval
    self.misses = misses
    self.margin = margin
    self.jitterPermille = jitterPermille
    self.delayBound = delayBound
    self.commitBound = commitBound
    self.isRelaying = isRelaying
    self.leasePolicy = leasePolicy
  }

  /// `tau = kT + m`: a member not heard by anyone for longer leaves the view.
  public var timeout: Duration { misses * interval + margin }
  /// `L = tau - T`: the kernel filter accepts nothing if the daemon has not renewed the lease for this long.
  public var lease: Duration { timeout - interval }
  /// `tau - 2T`: a node that stands still for no longer is not removed. Its last heartbeat may be an interval old when
  /// the pause begins, and its next one may come an interval after the end.
  public var toleratedPause: Duration { timeout - 2 * interval }
}

/// How the kernel lease is kept.
public enum LeasePolicy: UInt8, Sendable, Hashable, CaseIterable {
  /// Renewed at every heartbeat.
  case renewed
  /// Renewed only while a peer has echoed a sequence of ours that was sent within `tau - T`, or no other node is live.
  case strict
  /// No lease: the filter stays as it is when the daemon dies. For comparison.
  case none
}
