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
