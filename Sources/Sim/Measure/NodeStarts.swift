import Engine

/// What an edge of the fault plan that is to start nodes found of them, as far as its words depend on it.
///
/// A node that runs is not started: a restart of one that still drains does nothing, and the end of a drain resumes it.
/// For a reload, whose daemons read the file now.
public struct NodeStarts: Sendable, Hashable {
  /// Index into the scenario's faults, and whether it is the fault's end.
  public var fault: Int
  public var isEnd: Bool
  /// Nodes named whose daemons ran already.
  public var running: NodeSet
  /// Those that had never been on before.
  public var new: NodeSet
  /// The rest of those named.
  public var others: NodeSet

  public init(fault: Int, isEnd: Bool, running: NodeSet, new: NodeSet, others: NodeSet) {
    self.fault = fault
    self.isEnd = isEnd
    self.running = running
    self.new = new
    self.others = others
  }
}

extension FaultKind {
  /// Whether it starts nodes that do not run when it begins, or ends, or asks something of those that run alone.
  func dependsOnDaemons(isEnd: Bool) -> Bool {
    switch self {
    case .restart, .reload: !isEnd
    case .crash, .stop, .leave, .kill, .upgrade, .drain: isEnd
    default: false
    }
  }
}
