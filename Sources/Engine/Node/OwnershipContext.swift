/// What the ownership rules look at beside a group and the other nodes: the same for all groups of one decision.
struct OwnershipContext: Sendable {
  /// This node.
  let id: NodeID
  let now: Instant
  let view: View
  /// When the view before this one began.
  let earlierViewSince: Instant
  /// Until when an owner waits for all to have its view. By then a silent member has been removed, and one that keeps
  /// disagreeing must not stop the farm.
  let agreementEnd: Instant
  /// Since when this node serves, and when it last became the target of more buckets by its own word.
  let upSince: Instant
  let gainedAt: Instant
  /// Whether the node may take buckets at all.
  let mayTake: Bool
  /// Whether a member has lost this node and is about to take its buckets.
  let yields: Bool
  let isRelaying: Bool
  let timing: Timing
}
