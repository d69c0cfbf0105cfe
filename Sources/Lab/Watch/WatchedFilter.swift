import Engine

/// One node's filter, put together from its kernel's notices.
///
/// It knows sets by the names that the backend gives them (`owned_<group>`, `resets_<group>`, `lease`), and ignores
/// everything else in the table.
public struct WatchedFilter: Sendable, Hashable {
  /// By group.
  public private(set) var owned: [BucketSet]
  /// By group.
  public private(set) var resets: [BucketSet]
  /// When the lease ends unless it is renewed; `nil` without a lease, ``Engine/Instant/never`` for one without a
  /// time-out.
  public private(set) var leaseEnd: Instant?

  /// A filter without a table, which accepts nothing.
  public init(bucketCounts: [Int]) {
    owned = bucketCounts.map { BucketSet(capacity: $0) }
    resets = owned
  }

  /// What the filter would accept at an instant, the end of the lease taken into account.
  public func state(at now: Instant) -> FilterState {
    FilterState(hasLease: leaseEnd.map { now < $0 } ?? false, owned: owned, resets: resets)
  }

  /// Applies one announcement.
  /// - Parameter at: when it was read. The lease's time-out counts from then.
  /// - Returns: whether it removed a running lease.
  mutating func apply(_ notice: TableNotice, at now: Instant) -> Bool {
    switch notice {
    case .added(let set, let elements):
      for element in elements { add(element, to: set, at: now) }
      return false
    case .removed(let set, let elements):
      var hadLease = false
      for element in elements where remove(element, from: set) { hadLease = true }
      return hadLease
    case .setRemoved(let set):
      clear(set)
      return false
    case .tableAdded: return false
    case .tableRemoved:
      for set in [WatchedSet.lease] + owned.indices.flatMap({ [.owned($0), .resets($0)] }) { clear(set) }
      return false
    }
  }

  private mutating func add(_ element: TableNotice.Element, to set: WatchedSet, at now: Instant) {
    switch set {
    case .lease: leaseEnd = element.timeout.map { now + $0 } ?? .never
    case .owned(let g): if let bucket = bucket(element, of: g) { owned[g].insert(bucket) }
    case .resets(let g): if let bucket = bucket(element, of: g) { resets[g].insert(bucket) }
    }
  }

  private mutating func remove(_ element: TableNotice.Element, from set: WatchedSet) -> Bool {
    switch set {
    case .lease:
      leaseEnd = nil
      // A flush also announces a lease that has timed out and was not collected yet: it has no time left.
      return element.timeout != .zero
    case .owned(let g): if let bucket = bucket(element, of: g) { owned[g].remove(bucket) }
    case .resets(let g): if let bucket = bucket(element, of: g) { resets[g].remove(bucket) }
    }
    return false
  }

  private mutating func clear(_ set: WatchedSet) {
    switch set {
    case .lease: leaseEnd = nil
    case .owned(let g): if g < owned.count { owned[g].removeAll() }
    case .resets(let g): if g < resets.count { resets[g].removeAll() }
    }
  }

  /// The bucket that an element stands for; `nil` if the farm has no such group or bucket.
  private func bucket(_ element: TableNotice.Element, of group: Int) -> Bucket? {
    guard group < owned.count, element.key < UInt32(owned[group].capacity) else { return nil }
    return Bucket(Int(element.key))
  }
}
