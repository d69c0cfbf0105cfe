import Engine
import FarmFile

/// Who lost an established connection: with a node that had failed or was hidden from its clients, or otherwise.
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
      if let causes { return "\(subject) lost\(causes)\(stalled)" }
      return "\(subject) lost \(onOthers)\(stalled)"
    }
    if let causes {
      return
        "\(subject) lost, \(Readable.count(withNode)) \(withThem) and \(Readable.count(elsewhere)) otherwise\(causes)\(stalled)"
    }
    return
      "\(subject) lost, \(Readable.count(withNode)) \(withThem) and \(Readable.count(elsewhere)) \(onOthers)\(stalled)"
  }

  /// Those that are lost without their clients' knowing, and those of whom nothing is known yet.
  private var stalled: String {
    var text = ""
    let unnoticed = told.count("flows_broken.unnoticed")
    if unnoticed > 0, unnoticed == told.lost.withNode + told.lost.elsewhere {
      text += ", though \(unnoticed == 1 ? "its client had not" : "none of their clients had")"
      text += " noticed when the run ended"
    } else if unnoticed > 0 {
      text +=
        ", though the \(unnoticed == 1 ? "client" : "clients") of \(Readable.count(unnoticed)) had not noticed "
      text += "when the run ended"
    }
    let (waiting, inDoubt) = (told.count("flows_stalled"), told.flowsInDoubt)
    if waiting > 0 { text += ", but \(Readable.count(waiting)) waited for an answer when the run ended" }
    if inDoubt > 0 {
      text += waiting > 0 ? ", and" : ", but"
      text += " for \(Readable.count(inDoubt)) no node would have answered then"
    }
    return text
  }

  /// The fault that it names as what all losses came after, if it names one.
  var cause: FaultOutcome? {
    guard told.lost.elsewhere > 0, drained == nil || told.lost.withNode > 0 else { return nil }
    return hasOneCause ? charged[0] : nil
  }

  /// Causes of what was not lost with a failed node; more are not told one by one.
  private static let mostCauses = 4

  /// `: 193 after node2 began to drain and 189 after node2 was resumed`, if it had a few causes.
  private var causes: String? {
    let before = told.result.outcome.beforeFaults.elsewhere
    guard charged.count > 1, charged.count <= LossClause.mostCauses else { return nil }
    var parts = charged.map {
      "\(Readable.count($0.losses.elsewhere)) after \(told.words.happened($0.fault, isEnd: $0.isEnd))"
    }
    if before > 0 { parts.insert("\(Readable.count(before)) before the first fault", at: 0) }
    return ": " + PlainText.list(parts)
  }

  private var hasOneCause: Bool {
    charged.count == 1 && told.result.outcome.beforeFaults.elsewhere == 0
  }

  private var nodes: [LossCounts] { told.result.outcome.nodes }

  private var withThem: String {
    let those = nodes.indices.filter { nodes[$0].withNode > 0 }
    if let names = told.few(those) { return "with \(names)" }
    if !those.isEmpty { return "with \(Readable.count(those.count)) nodes" }
    // Where nobody counts by node, as on a real farm, one that alone was struck is the one.
    let struck = told.scenario.faults.reduce(into: NodeSet.empty) { $0 = $0.union($1.kind.nodes) }
    let isOfNodes = told.scenario.faults.allSatisfy { !$0.kind.nodes.isEmpty }
    return isOfNodes && struck.count == 1 ? "with \(told.words.nodes(struck))" : "with nodes that had failed"
  }

  /// Where flows were lost whose node had not failed, and after what.
  private var onOthers: String {
    let those = nodes.indices.filter { nodes[$0].elsewhere > 0 }
    if those.isEmpty { return "on nodes that had not failed" }
    let isSaid = told.few(those) != nil && those == nodes.indices.filter { nodes[$0].withNode > 0 }
    let place =
      isSaid
      ? "on \(those.count == 1 ? "it" : "them")"
      : "on \(told.few(those) ?? "\(Readable.count(those.count)) nodes")"
    if hasOneCause {
      return "\(place) after \(told.words.happened(charged[0].fault, isEnd: charged[0].isEnd))"
    }
    // A node may have lost some with it, and others at other times.
    return place + (those.contains { nodes[$0].withNode > 0 } ? " at other times" : "")
  }

  /// What flows were lost by whose node had not failed.
  private var charged: [FaultOutcome] { told.result.outcome.faults.filter { $0.losses.elsewhere > 0 } }

  /// The drained nodes, if drains alone took what was not lost with a failed node.
  private var drained: String? {
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
