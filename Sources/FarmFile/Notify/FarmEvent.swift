import Engine

/// One thing that the command of `notify:` is told of.
public struct FarmEvent: Sendable, Hashable {
  public var kind: FarmEventKind
  /// The other node that it is about.
  public var member: NodeID?
  /// Who served before.
  public var from = NodeSet.empty
  public var group: GroupID?
  /// How many buckets it is about.
  public var buckets: Int?
  /// For how long it has been so, or was.
  public var length: Duration?
  /// Why: a word with underscores.
  public var reason: String?
  /// What a trouble is, in words of whoever found it.
  public var words: String?

  public init(_ kind: FarmEventKind) { self.kind = kind }
}
