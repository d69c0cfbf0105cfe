import Engine

/// A fault that has begun and is not over.
struct ActiveFault: Sendable, Hashable {
  /// Index into the scenario's faults.
  var index: Int
  var kind: FaultKind
  /// The nodes it still holds: a restart takes a node out of the crashes and kills that hold it.
  var nodes: NodeSet
}
