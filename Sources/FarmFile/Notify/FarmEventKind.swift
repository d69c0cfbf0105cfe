/// What a node tells the command of `notify:`. The raw values are the names in files, and in what the command reads.
public enum FarmEventKind: String, Sendable, Hashable, CaseIterable {
  /// Nobody has heard a member in time.
  case memberRemoved = "member_removed"
  /// A member went by its own word: it was told to leave, or its checks fail.
  case memberLeft = "member_left"
  /// A node is a member, for the first time or again.
  case memberBack = "member_back"
  /// This node serves what others served before that are gone.
  case tookOver = "took_over"
  /// Buckets have had no owner for longer than ``NotifySettings/hole``, and then: none is without one any more.
  case hole
  case holeOver = "hole_over"
  /// Buckets have two owners, or had for a moment, and then: what was said to have two has one.
  case double
  case doubleOver = "double_over"
  /// This node serves no more, with the reason; or another says of itself that it is deaf. And: this node serves.
  case outOfService = "out_of_service"
  case inService = "in_service"
  /// This node has handed everything over by order, and its connections have ended or their time has.
  case drained
  /// Another machine has this node's id, or another node's.
  case duplicateID = "duplicate_id"
  /// This node hears only members with another configuration.
  case otherConfiguration = "other_configuration"
  /// From a node's address come heartbeats that this node's key does not explain.
  case wrongKey = "wrong_key"
  /// This node was set back, as a virtual machine to a snapshot.
  case setBack = "set_back"
  /// Old heartbeats of a node that nobody hears come again and again.
  case stale
  /// Something is wrong on this machine or around it, with the reason; and then: it is not any more.
  case trouble
  case troubleOver = "trouble_over"
}
