import Engine

/// When faults begin and end, in the order that simulator, lab and comparison keep.
///
/// At one instant ends come before beginnings, and within each the order of the file holds. At the end of a crash,
/// kill, stop or leave the nodes are restarted, and at the end of an upgrade a new daemon resumes. At the end of a
/// drain nodes are resumed, or restarted if they have left. A weight goes back to the configured one. A crashed
/// application is started, and a hung or slow one works again. A pause, stall, cut or network fault is just over.
/// Faults that overlap compose: a node stays down, paused or cut off as long as any of them holds it.
package struct FaultPlan: Sendable {
  /// The beginning or the end of a fault.
  package struct Edge: Sendable, Hashable {
    package var at: Instant
    /// Index into the scenario's faults.
    package var fault: Int
    package var isEnd: Bool

    package init(at: Instant, fault: Int, isEnd: Bool) {
      (self.at, self.fault, self.isEnd) = (at, fault, isEnd)
    }
  }

  package let edges: [Edge]

  package init(_ faults: [Fault]) {
    var edges: [Edge] = []
    for (i, fault) in faults.enumerated() {
      if let until = fault.until {
        precondition(until > fault.at, "a fault ends after it begins")
        edges.append(Edge(at: .zero + until, fault: i, isEnd: true))
      }
      edges.append(Edge(at: .zero + fault.at, fault: i, isEnd: false))
    }
    self.edges = edges.sorted { a, b in
      if a.at != b.at { return a.at < b.at }
      if a.isEnd != b.isEnd { return a.isEnd }
      return a.fault < b.fault
    }
  }
}
