import Engine
import FarmFile

/// Who lost an established connection: with a node that had failed or was hidden from its clients, or otherwise.
///
/// Losses with a node are told by node, and by fault if there were several. Other losses are told by their causes,
/// which are the faults that the outcome charges them to. Connections whose loss was not noticed or not known when the
/// run ended stand behind.
struct LossClause {
  let told: ToldTrial

  /// `nil` if no client had anything to lose.
  func text() -> String? {
    let opened = told.count(.flowsOpened)
    guard opened > 0 else { return nil }
    let all = Readable.count(opened, told.flowNoun)
    let (withNode, elsewhere) = told.lost
    let count = withNode + elsewhere
    if count == 0 { return "\(who)none of \(all) was lost\(stalled)" }
    let subject = "\(who)\(Readable.count(count)) of \(all) \(count == 1 ? "was" : "were")"
    if elsewhere == 0 { return "\(subject) lost \(withThem), and none elsewhere\(shares)\(stalled)" }
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

  /// Connections whose clients do not know that they are lost, and those of which nothing is known yet.
  private var stalled: String {
    var text = ""
    let unnoticed = told.count(.flowsBrokenUnnoticed)
    if unnoticed > 0, unnoticed == told.lost.withNode + told.lost.elsewhere {
      text += ", though \(unnoticed == 1 ? "its client had not" : "none of their clients had")"
      text += " noticed when the run ended"
    } else if unnoticed > 0 {
      text +=
        ", though the \(unnoticed == 1 ? "client" : "clients") of \(Readable.count(unnoticed)) had not noticed "
      text += "when the run ended"
    }
    let (waiting, inDoubt) = (told.count(.flowsStalled), told.flowsInDoubt)
    if waiting > 0, !waitsByChance {
      text += ", but \(Readable.count(waiting)) waited for an answer when the run ended"
    }
    if inDoubt > 0 {
      text += waiting > 0 ? ", and" : ", but"
      text += " for \(Readable.count(inDoubt)) no node would have answered then"
    }
    return text
  }

  /// Connections that waited for an answer when the run ended because chance had lost a packet. They have a sentence of
  /// their own, since no fault has to do with them; `nil` if there are none, or if a fault may be the cause.
  func waiting() -> String? {
    let waiting = told.count(.flowsStalled)
    guard waiting > 0, waitsByChance else { return nil }
    let those = Readable.count(waiting, told.flowNoun)
    return waiting == 1
      ? "when the run ended, \(those) that was kept waited for an answer: chance had lost a packet of it"
      : "when the run ended, \(those) that were kept waited for an answer: chance had lost a packet of each"
  }

  /// Whether chance alone kept clients waiting when the run ended: nodes would have answered all of them, and every
  /// fault was over for longer than a client waits.
  private var waitsByChance: Bool {
    let result = told.result
    guard told.flowsInDoubt == 0, result.formedAt != nil, result.unsettled.count == 0,
      told.scenario.traffic.allSatisfy({ $0.datagrams == nil })
    else { return false }
    let edges = FaultPlan(told.scenario.faults).edges.map(\.at).filter { $0 <= result.end }
    let mended = result.rebalances.map { $0.at + $0.since + ($0.total ?? .zero) }
    guard let last = (edges + mended).max() else { return true }
    return last + Traffic.patience < result.end
  }

  /// `clients of node2: `, if the question asks whose clients lost something.
  private var who: String {
    if told.scenario.subject != .clients { return "" }
    let those = nodes.indices.filter { nodes[$0].withNode + nodes[$0].elsewhere > 0 }
    if !those.isEmpty { return "clients of \(told.few(those) ?? Readable.count(those.count, "node")): " }
    if told.lost != (0, 0) { return "" }
    return told.repeated + told.failedAttempts == 0 ? "nobody: " : "nobody who was connected: "
  }

  /// The fault after which all losses came, if the clause names it.
  var cause: FaultOutcome? {
    guard told.lost.elsewhere > 0, drained == nil || told.lost.withNode > 0 else { return nil }
    return hasOneCause ? charged[0] : nil
  }

  /// More causes than this of what was not lost with a failed node are not named one by one.
  private static let mostCauses = 4

  /// `: 193 after node2 began to drain and 189 after node2 was resumed`, if there are few causes.
  private var causes: String? {
    let before = told.result.outcome.beforeFaults.elsewhere
    guard charged.count > 1, charged.count <= LossClause.mostCauses else { return nil }
    var parts = charged.map {
      "\(Readable.count($0.losses.elsewhere)) after \(told.words.happened($0.fault, isEnd: $0.isEnd))"
    }
    if before > 0 { parts.insert("\(Readable.count(before)) before the first fault", at: 0) }
    return ": " + PlainText.list(parts)
  }

  /// `: 521 after node2’s interface to lan went down and 530 after node1 lost power, none after lan went down`. Empty
  /// unless losses with failed nodes came after several faults, or after one and not after another.
  private var shares: String {
    let outcome = told.result.outcome
    let before = outcome.beforeFaults.withNode
    guard outcome.faults.reduce(before, { $0 + $1.losses.withNode }) == told.lost.withNode else { return "" }
    var found: [(what: String, count: Int)] = before > 0 ? [("before \(told.theFirst)", before)] : []
    for charged in outcome.faults where charged.losses.withNode > 0 {
      let what = "after \(told.words.happened(charged.fault, isEnd: charged.isEnd))"
      if let same = found.firstIndex(where: { $0.what == what }) {
        found[same].count += charged.losses.withNode
      } else {
        found.append((what, charged.losses.withNode))
      }
    }
    var idle: [String] = []
    for what in harmless where !idle.contains(what) && !found.contains(where: { $0.what == what }) {
      idle.append(what)
    }
    if idle.count > LossClause.mostIdle { idle = [] }
    guard found.count + idle.count > 1, found.count <= LossClause.mostCauses else { return "" }
    let parts = found.map { "\(found.count == 1 ? "all" : Readable.count($0.count)) \($0.what)" }
    let rest = idle.isEmpty ? "" : ", none \(PlainText.list(idle))"
    return ": \(PlainText.list(parts))\(rest)"
  }

  /// If more failures than this lost nothing, none of them is named.
  private static let mostIdle = 2

  /// The failures that cost no connection, neither when they began nor when they ended.
  private var harmless: [String] {
    let outcome = told.result.outcome
    return told.scenario.faults.indices.filter { i in
      let own = outcome.faults.filter { $0.fault == i }
      return !told.scenario.faults[i].kind.traits.isPlanned && own.contains { !$0.isEnd }
        && own.allSatisfy { $0.losses.withNode + $0.losses.elsewhere == 0 }
    }.map { "after \(told.words.happened($0, isEnd: false))" }
  }

  private var hasOneCause: Bool {
    charged.count == 1 && told.result.outcome.beforeFaults.elsewhere == 0
  }

  private var nodes: [LossCounts] { told.result.outcome.nodes }

  private var withThem: String {
    let those = nodes.indices.filter { nodes[$0].withNode > 0 }
    if let names = told.few(those) { return "with \(names)" }
    if !those.isEmpty { return "with \(Readable.count(those.count)) nodes" }
    // A real farm has no counts by node. If faults struck one node alone, it is the one.
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
    // A node may have lost some flows when it failed, and others at other times.
    return place + (those.contains { nodes[$0].withNode > 0 } ? " at other times" : "")
  }

  /// The edges of the plan that flows were charged to whose node had not failed.
  private var charged: [FaultOutcome] { told.result.outcome.faults.filter { $0.losses.elsewhere > 0 } }

  /// The drained nodes, if all that was not lost with a failed node was lost by drains.
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
