import Engine
import FarmFile

/// What no other clause tells of single nodes: whether a resumed node serves, which nodes wait for a reload or a drain,
/// which were held down, and which clients no rule matches.
///
/// Each function is one clause, with its own condition. ``Answer`` puts them into order.
struct NodeClause {
  let told: ToldTrial

  private var result: TrialResult { told.result }

  /// Whether the nodes that were resumed last serve, and how soon they did; `nil` without such a fault.
  func resumed() -> String? {
    let faults = told.scenario.faults
    let resumes = faults.indices.filter {
      if case .resume = faults[$0].kind { .zero + faults[$0].at < result.end } else { false }
    }
    guard let last = resumes.last, !result.outcome.groups.isEmpty else { return nil }
    let nodes = faults[last].kind.nodes
    let atEnd = nodes.map { node in result.outcome.groups.reduce(0) { $0 + $1.buckets[node.index] } }
    if let words = served(nodes, after: last, atEnd: atEnd) { return words }
    let count = result.outcome.groups.reduce(0) { $0 + $1.bucketCount }
    let parts = zip(nodes, atEnd).map { node, owned in
      "\(told.words.name(node)) owned \(owned == 0 ? "none" : Readable.count(owned))"
    }
    return "when the run ended, of \(Readable.count(count, "bucket")) \(PlainText.list(parts))"
  }

  /// `node2 served its 86 buckets 1.64 ms after it was resumed`; `nil` unless each of the nodes had no bucket before
  /// the resume and has had the same ones since.
  private func served(_ nodes: NodeSet, after resume: Int, atEnd: [Int]) -> String? {
    let stretches = result.outcome.stretches
    guard
      let place = stretches.firstIndex(where: { $0.causes.contains { $0.fault == resume && !$0.isEnd } }),
      place > 0,
      let rebalance = result.rebalances.first(where: { $0.fault == resume && !$0.isEnd && $0.healthy == nil }
      ),
      rebalance.isOver, let time = rebalance.lastMove
    else { return nil }
    func owned(_ stretch: Stretch) -> [Int] {
      nodes.map { node in
        stretch.owned.reduce(0) { $0 + ($1.indices.contains(node.index) ? $1[node.index] : 0) }
      }
    }
    let (before, after) = (owned(stretches[place - 1]), owned(stretches[place]))
    // Buckets that others take from them later are no effect of the resume.
    guard before.allSatisfy({ $0 == 0 }), after.allSatisfy({ $0 > 0 }), after == atEnd else { return nil }
    let (it, its, were) = nodes.count == 1 ? ("it", "its", "was") : ("they", "their", "were")
    let count = Readable.count(after.reduce(0, +), "bucket")
    return
      "\(told.words.nodes(nodes)) served \(its) \(count) \(Readable.time(time)) after \(it) \(were) resumed"
  }

  /// Which nodes waited for which others before the settings of a reload came into force; `nil` if none did.
  func staged() -> String? {
    let nodes = result.staged.keys.sorted()
    guard !nodes.isEmpty else { return nil }
    var waiting: [(nodes: NodeSet, others: NodeSet)] = []
    for node in nodes {
      let others = result.staged[node] ?? .empty
      if let i = waiting.firstIndex(where: { $0.others == others }) {
        waiting[i].nodes.insert(node)
      } else {
        waiting.append((NodeSet(node), others))
      }
    }
    let parts = waiting.map { "\(told.words.nodes($0.nodes)) waited for \(told.words.nodes($0.others))" }
    return "when the run ended, the reloaded settings were not in force: \(PlainText.list(parts))"
  }

  /// Clients that no rule of any node matched, and from when; `nil` if there were none.
  func unmatched() -> String? {
    let streams = result.outcome.streams
    let those = streams.indices.filter { streams[$0].unmatchedFrom != nil }
    guard let first = those.first, let from = streams[first].unmatchedFrom else { return nil }
    // Clients with other times are told by a sentence in the tables.
    let alike = those.filter {
      streams[$0].unmatchedFrom == from && streams[$0].unmatchedUntil == streams[first].unmatchedUntil
    }
    let names = alike.map { s in
      told.scenario.traffic.indices.contains(s) ? told.scenario.traffic[s].name : "\(s + 1)"
    }
    let clients = streams.count == alike.count ? "any client" : "the clients of \(PlainText.list(names))"
    guard let until = streams[first].unmatchedUntil else {
      return from == .zero
        ? "no rule of the farm matched \(clients)"
        : "from \(Readable.clock(from)) on no rule of the farm matched \(clients) any more"
    }
    return "from \(Readable.clock(from)) to \(Readable.clock(until)) no rule of the farm matched \(clients)"
  }

  /// The nodes that others kept out because they came back too often, and from when; `nil` if there were none.
  func heldDown() -> String? {
    let held = result.outcome.heldDown
    guard !held.isEmpty, held.count <= NodeClause.mostHeld else {
      return held.isEmpty ? nil : "nodes were held down \(Readable.count(held.count)) times"
    }
    var nodes: [NodeID] = []
    for time in held where !nodes.contains(time.node) { nodes.append(time.node) }
    let parts = nodes.map { node in
      let times = held.filter { $0.node == node }.map { time in
        "from \(Readable.clock(time.from)) \(time.until.map { "to \(Readable.clock($0))" } ?? "on")"
      }
      return "\(told.words.name(node)) was held down \(PlainText.list(times))"
    }
    return PlainText.list(parts) + ", since \(nodes.count == 1 ? "it" : "they") came back too often"
  }

  private static let mostHeld = 3

  /// The nodes whose drain was not over, with deadlines that had not come and starts that did nothing; `nil` if there
  /// are none.
  func draining() -> String? {
    let nodes = result.draining.keys.sorted()
    if nodes.isEmpty { return nil }
    let parts = nodes.map { node in
      let (name, count) = (told.words.name(node), result.draining[node] ?? 0)
      return
        (count == 0
        ? "\(name) still drained" : "\(name) still waited for \(Readable.count(count, "connection")) to end")
        + deadline(of: node)
    }
    let starts = told.scenario.faults.indices.compactMap { idle($0, nodes) }
    return (["when the run ended, \(PlainText.list(parts))"] + starts).joined(separator: "; ")
  }

  /// ` (its deadline is at 26 h)`; empty without one that comes after the run.
  private func deadline(of node: NodeID) -> String {
    guard let order = DrainedNode.order(of: node, by: result.end, in: told.scenario.faults),
      let deadline = order.deadline, .zero + order.at + deadline > result.end
    else { return "" }
    return " (its deadline is at \(Readable.long(order.at + deadline)))"
  }

  /// `rdsh2 was to be started at 23 h, but still ran`: a start that a node which goes on draining did not need.
  private func idle(_ place: Int, _ draining: [NodeID]) -> String? {
    let fault = told.scenario.faults[place]
    guard case .restart(let nodes) = fault.kind, .zero + fault.at <= result.end else { return nil }
    let running = draining.filter { node in
      nodes.contains(node)
        && DrainedNode.order(of: node, by: result.end, in: told.scenario.faults).map { $0.at < fault.at }
          ?? false
    }
    if running.isEmpty { return nil }
    let names = told.words.nodes(running.reduce(NodeSet.empty) { $0.union(NodeSet($1)) })
    return
      "\(names) \(running.count == 1 ? "was" : "were") to be started at \(Readable.long(fault.at)), but still ran"
  }
}
