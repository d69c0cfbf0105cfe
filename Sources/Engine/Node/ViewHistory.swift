/// The view that is in force, since when, and what came before it.
///
/// The epoch counts changes of members or targets; nothing waits for it. A node that was in service in this node's view
/// and has left it is *departed*: should it come back, it is no newcomer.
struct ViewHistory: Sendable {
  private(set) var view = View.empty
  private(set) var since = Instant.zero
  /// When the view before this one began.
  private(set) var earlierSince = Instant.zero
  private(set) var epoch = Epoch(0)
  private(set) var departed = NodeSet.empty

  /// The history at a start: nobody is in view.
  init() {}

  /// The history of an earlier daemon as which this one goes on.
  init(resuming last: Resumption, at now: Instant) {
    view = last.view
    since = now
    epoch = last.epoch
    departed = last.departed
  }

  /// The history of a node that switches to another configuration. A node that the new list does not have is no member,
  /// and was none.
  func adapted(to configured: NodeSet, at now: Instant) -> ViewHistory {
    var next = self
    next.view.members = view.members.intersection(configured)
    next.view.serving = view.serving.intersection(configured)
    next.departed = departed.intersection(configured)
    next.earlierSince = since
    next.since = now
    return next
  }

  /// Takes over another view. - Returns: whether it begins an epoch: members or targets have changed.
  mutating func change(to next: View, own id: NodeID, at now: Instant) -> Bool {
    let former = view
    view = next
    earlierSince = since
    since = now
    departed = departed.union(former.members.subtracting(NodeSet(id))).subtracting(next.members)
    if former.members == next.members && former.serving == next.serving { return false }
    epoch = Epoch(epoch.rawValue + 1)
    return true
  }

  /// Takes over an epoch that another node announces, unless no node can have come so far.
  mutating func note(_ other: Epoch) { if other > epoch, other.isPlausible(after: epoch) { epoch = other } }

  /// Forgets the view: the node stops.
  mutating func clear() { view = .empty }
}
