import Engine

/// The state of the nodes that an edge of the fault plan starts, as far as its description depends on it.
///
/// A node whose daemon runs is not started: a restart of a node that still drains does nothing, and the end of a drain
/// resumes it. Of a reload, running daemons read the file now.
public struct NodeStarts: Sendable, Hashable {
  /// Index into the scenario's faults, and whether it is the fault's end.
  public var fault: Int
  public var isEnd: Bool
  /// Nodes named whose daemons ran already.
  public var running: NodeSet
  /// Nodes named that had never run before.
  public var new: NodeSet
  /// The other nodes named.
  public var others: NodeSet

  public init(fault: Int, isEnd: Bool, running: NodeSet, new: NodeSet, others: NodeSet) {
    self.fault = fault
    self.isEnd = isEnd
    self.running = running
    self.new = new
    self.others = others
  }
}
