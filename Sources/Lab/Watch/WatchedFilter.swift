import Engine

/// One node's filter as its kernel's notices add up to it.
///
/// It knows sets by the names that the backend gives them (`owned_<group>`, `resets_<group>`, `lease`) and nothing
/// else of the table; other sets are none of its business.
public struct WatchedFilter: Sendable, Hashable {
  /// By group.
  public private(set) var owned: [BucketSet]
  /// By group.
  public private(set) var resets: [BucketSet]
  /// When the lease runs out unless it is renewed; `nil` without one, ``Engine/Instant/never`` without a time-out.
  public private(set) var leaseEnd: Instant?

  /// A filter without a table: it accepts nothing.
  public init(bucketCounts: [Int]) {
    owned = bucketCounts.map { BucketSet(capacity: $0) }
    resets = owned
  }

  /// What the filter would accept at an instant, the lease's end included.
  public func state(at now: Instant) -> FilterState {
    FilterState(hasLease: leaseEnd.map { now < $0 } ?? false, owned: owned, resets: resets)
  }

  /// Takes over one announcement.
  /// - Parameter at: when it was read; the lease's time-out counts from there.
  /// - Returns: whether a running lease was taken away by it.
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
      // A flush also announces what has run out and was not collected yet: nothing is left of it.
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

  /// The bucket that an element stands for; `nil` for a group or bucket that the farm has not.
  private func bucket(_ element: TableNotice.Element, of group: Int) -> Bucket? {
    guard group < owned.count, element.key < UInt32(owned[group].capacity) else { return nil }
    return Bucket(Int(element.key))
  }
}
