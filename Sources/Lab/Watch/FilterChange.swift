import Engine

/// The content of a node's kernel filter from an instant on, as the kernel announced it.
public struct FilterChange: Sendable, Hashable {
  public var node: NodeID
  /// When the kernel's notice of the transaction was read, by the monotonic clock.
  public var at: Instant
  public var filter: WatchedFilter
  /// Whether the transaction removed a running lease (usually to renew it): the lease before had not ended.
  ///
  /// The kernel does not announce the time-out of an element, and a notice may be read a moment late. But the notice of
  /// a removed element has the time that it had left, which is zero if a flush found it timed out.
  public var hadLease: Bool
  /// Whether the filter was read again in full, and not announced: changes before were lost, or came before the watch
  /// began.
  public var isResynchronised: Bool

  public init(
    node: NodeID, at: Instant, filter: WatchedFilter, hadLease: Bool = false, isResynchronised: Bool = false
  ) {
    self.node = node
    self.at = at
    self.filter = filter
    self.hadLease = hadLease
    self.isResynchronised = isResynchronised
  }
}
