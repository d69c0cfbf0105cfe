import Engine

/// Who lost an established connection: with a node that failed, or elsewhere.
struct LossClause {
  let told: ToldTrial

  /// `nil` if no client had anything to lose.
  func text() -> String? {
    let opened = told.count("flows_opened")
    guard opened > 0 else { return nil }
    let all = Readable.count(opened, told.flowNoun)
    let (withNode, elsewhere) = told.lost
    let count = withNode + elsewhere
    if count == 0 { return "none of \(all) was lost\(stalled)" }
    let subject = "\(Readable.count(count)) of \(all) \(count == 1 ? "was" : "were")"
    if elsewhere == 0 { return "\(subject) lost \(withThem), and none elsewhere\(stalled)" }
    if withNode == 0 {
      if let drained { return "\(subject) cut by the drain of \(drained)\(stalled)" }
      return "\(subject) lost \(onOthers)\(stalled)"
    }
    return
      "\(subject) lost, \(Readable.count(withNode)) \(withThem) and \(Readable.count(elsewhere)) \(onOthers)\(stalled)"
  }

  /// Those of whom nothing is known yet.
  private var stalled: String {
    let count = told.count("flows_stalled")
    return count == 0 ? "" : ", but \(Readable.count(count)) waited for an answer when the run ended"
  }

  private var nodes: [LossCounts] { told.result.outcome.nodes }

  private var withThem: String {
    let those = nodes.indices.filter { nodes[$0].withNode > 0 }
    if let names = told.few(those) { return "with \(names)" }
    return those.isEmpty
      ? "with nodes that had failed" : "with \(Readable.count(those.count)) nodes that had failed"
  }

  private var onOthers: String {
    let those = nodes.indices.filter { nodes[$0].elsewhere > 0 }
    guard let names = told.few(those) else { return "on nodes that had not failed" }
    // A node may have lost some with it, and others when nothing was wrong with it.
    let hadFailed = those.contains { nodes[$0].withNode > 0 }
    return "on \(names)\(hadFailed ? " while nothing was wrong there" : ", which had not failed")"
  }

  /// The drained nodes, if drains alone took what was not lost with a failed node.
  private var drained: String? {
    let charged = told.result.outcome.faults.filter { $0.losses.elsewhere > 0 }
    guard !charged.isEmpty, told.result.outcome.beforeFaults.elsewhere == 0 else { return nil }
    var drained = NodeSet.empty
    for outcome in charged {
      guard !outcome.isEnd, case .drain(let nodes, _, _) = told.scenario.faults[outcome.fault].kind else {
        return nil
      }
      drained = drained.union(nodes)
    }
    let losers = nodes.indices.filter { nodes[$0].elsewhere > 0 }
    guard losers.allSatisfy({ drained.contains(NodeID($0)) }) else { return nil }
    return told.few(losers) ?? "\(Readable.count(losers.count)) nodes"
  }
}
