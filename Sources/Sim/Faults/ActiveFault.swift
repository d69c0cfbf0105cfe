import Engine

/// A fault that has begun and is not over.
struct ActiveFault: Sendable, Hashable {
  /// Index into the scenario's faults.
  var index: Int
  var kind: FaultKind
  /// The nodes that it still holds: a restart takes a node out of faults that keep its daemon away, and a new start of
  /// its application out of faults of the application.
  var nodes: NodeSet
}
