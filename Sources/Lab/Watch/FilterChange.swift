import Engine

/// What a node's kernel filter holds from an instant on, as the kernel itself announced it.
public struct FilterChange: Sendable, Hashable {
  public var node: NodeID
  /// When the kernel's notice of the transaction was read, by the monotonic clock.
  public var at: Instant
  public var filter: WatchedFilter
  /// The transaction took a running lease away (to renew it, usually): the lease before had not run out.
  ///
  /// The kernel tells nobody when an element times out, and a notice may be read a moment late. But the notice that an
  /// element was taken away says what was left of its time, which is nothing if a flush found it timed out.
  public var hadLease: Bool
  /// Read again in full and not announced: changes before it were lost, or happened before the watch began.
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
