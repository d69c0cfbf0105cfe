import Engine

/// One thing that the command of `notify:` is told of.
public struct FarmEvent: Sendable, Hashable {
  public var kind: FarmEventKind
  /// The node that it is about, if that is another one.
  public var member: NodeID?
  /// The nodes that served before.
  public var from = NodeSet.empty
  public var group: GroupID?
  /// How many buckets it is about.
  public var buckets: Int?
  /// For how long it has lasted.
  public var length: Duration?
  /// The reason: a word with underscores.
  public var reason: String?
  /// What the trouble is, in the words of the part that found it.
  public var words: String?

  public init(_ kind: FarmEventKind) { self.kind = kind }
}

/// The events that a node tells the command of `notify:`. The raw values are their names in files and for the command.
public enum FarmEventKind: String, Sendable, Hashable, CaseIterable {
  /// A member was removed: nobody has heard it in time.
  case memberRemoved = "member_removed"
  /// A member left by its own word: it was told to leave, or its checks fail.
  case memberLeft = "member_left"
  /// A node has become a member, for the first time or again.
  case memberBack = "member_back"
  /// This node serves buckets of nodes that are gone.
  case tookOver = "took_over"
  /// Buckets have had no owner for longer than ``NotifySettings/hole``. ``holeOver``: every bucket has one again.
  case hole
  case holeOver = "hole_over"
  /// Buckets have two owners, or had for a moment. ``doubleOver``: none has two any more.
  case double
  case doubleOver = "double_over"
  /// This node has ceased to serve, with the reason, or another says that it is deaf. ``inService``: this node serves.
  case outOfService = "out_of_service"
  case inService = "in_service"
  /// This node has handed everything over by order, and its flows have ended or were cut at the deadline.
  case drained
  /// Another machine has this node's id, or another node's.
  case duplicateID = "duplicate_id"
  /// This node hears only members with another configuration.
  case otherConfiguration = "other_configuration"
  /// Heartbeats come from a node's address that fit none of this node's keys.
  case wrongKey = "wrong_key"
  /// This node was set back, as a virtual machine to a snapshot.
  case setBack = "set_back"
  /// Old heartbeats of a node that nobody hears come again and again.
  case stale
  /// Something is wrong on this machine or around it, with the reason. ``troubleOver``: it no longer is.
  case trouble
  case troubleOver = "trouble_over"
}
