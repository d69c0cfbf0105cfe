import Engine

/// Load and outcome of one trial by node, by group, by stream and by fault.
struct OutcomeTables {
  private let told: ToldTrial
  private let most: Int

  private var outcome: RunOutcome { told.result.outcome }

  /// - Parameter most: rows of a table; of more, those that matter most are shown.
  init(_ told: ToldTrial, atMost most: Int) {
    self.told = told
    self.most = most
  }

  /// Those that have something to say, in order.
  func all() -> [FigureTable] { [streams(), nodes(), groups(), groupShares(), faults()].compactMap { $0 } }

  // MARK: Streams

  /// `nil` with a single stream: the figures of the whole run are its own.
  private func streams() -> FigureTable? {
    guard outcome.streams.count > 1 else { return nil }
    let rows = outcome.streams.enumerated().map { s, stream in
      let counts = stream.counts
      return [
        told.scenario.traffic.indices.contains(s) ? told.scenario.traffic[s].name : "\(s + 1)",
        stream.isTCP ? "connects" : "requests", Readable.count(counts.begun), Readable.count(counts.repeated),
        Readable.count(counts.unanswered + counts.waiting),
        stream.hasFlows ? Readable.count(counts.opened) : "–",
        stream.hasFlows ? Readable.count(counts.lostWithNode) : "–",
        stream.hasFlows ? Readable.count(counts.lostElsewhere) : "–",
        Readable.measured(stream.longestOutage, .seconds), busiest(stream.load),
      ]
    }
    return FigureTable(
      title: "By stream", names: 3,
      head: [
        "stream", "of", "begun", "not at once", "unanswered", "established", "lost with their node",
        "lost otherwise", "longest outage", "busiest node",
      ], alignment: "llrrrrrrrl", rows: rows,
      weights: outcome.streams.map {
        Double($0.counts.lostWithNode + $0.counts.lostElsewhere + $0.counts.unanswered)
      },
      atMost: most, rest: "none of them lost more")
  }

  /// `node3, 41 %`; a dash if no node accepted anything.
  private func busiest(_ load: [NodeLoad]) -> String {
    let all = load.reduce(0) { $0 + $1.packets }
    guard all > 0, let node = load.indices.max(by: { load[$0].packets < load[$1].packets }) else {
      return "–"
    }
    return "\(told.words.name(NodeID(node))), \(percent(load[node].packets, of: all))"
  }

  // MARK: Nodes

  private func nodes() -> FigureTable? {
    let count = told.scenario.nodes.count
    guard count > 0, !outcome.owned.isEmpty || !outcome.phases.isEmpty else { return nil }
    var head = ["node"]
    var columns = [(0..<count).map { told.words.name(NodeID($0)) }]
    let several = outcome.phases.count > 1
    let packets = outcome.phases.filter { $0.load.contains { $0.packets > 0 } }
    let kind: SkewRow.Load = packets.isEmpty ? .buckets : .packets
    let carried =
      packets.isEmpty
      ? outcome.owned.filter { $0.seconds.contains { $0 > 0 } }.map { ($0.phase, $0.seconds) }
      : packets.map { ($0.phase, $0.load.map { Double($0.packets) }) }
    func add(_ name: String, _ phase: SkewRow.Phase?, _ amounts: [Double]) {
      head.append(phase.map { "\(name) \($0.rawValue)" } ?? name)
      let all = amounts.reduce(0, +)
      columns.append(amounts.map { Readable.share($0 / all) })
    }
    if outcome.hasConstantWeights { add(dueName, nil, told.due(nil, by: kind)) }
    for (phase, amounts) in carried {
      if !outcome.hasConstantWeights { add(dueName, phase, told.due(phase, by: kind)) }
      add(kind.rawValue, several ? phase : nil, amounts)
    }
    let flows = (0..<count).map { n in outcome.phases.reduce(0) { $0 + $1.load[n].flows } }
    let losses = outcome.nodes.count == count ? outcome.nodes : [LossCounts](repeating: .init(), count: count)
    if flows.contains(where: { $0 > 0 }) {
      // Not those that were open when measuring began.
      head += ["new \(told.flowNoun)s", "lost with it", "lost otherwise"]
      columns += [
        flows.map { Readable.count($0) }, losses.map { Readable.count($0.withNode) },
        losses.map { Readable.count($0.elsewhere) },
      ]
    }
    guard head.count > 2 else { return nil }
    let sums = (0..<count).map { n in carried.reduce(0) { $0 + $1.1[n] } }
    return FigureTable(
      title: "By node", names: 2, head: head, alignment: "l" + String(repeating: "r", count: head.count - 1),
      rows: (0..<count).map { n in columns.map { $0[n] } },
      weights: (0..<count).map {
        Double(losses[$0].withNode + losses[$0].elsewhere) * 1e12 + sums[$0]
      },
      atMost: most, rest: "they lost and carried less")
  }

  /// What a share stands beside: the column of what is due.
  private var dueName: String { told.havePriority ? "due" : "by weight" }

  // MARK: Groups

  /// `nil` with a single group: the figures of the whole run are its own.
  private func groups() -> FigureTable? {
    guard outcome.groups.count > 1 else { return nil }
    let labels = told.scenario.spaceLabels
    let rows = outcome.groups.enumerated().map { g, group in
      // A group's clients are counted once, where it came first.
      let isAgain = labels.indices.contains(g) && labels[g].detail != nil
      let streams = outcome.streams.filter { $0.group == GroupID(g) }
      let counts = streams.reduce(TrafficCounts()) { $0 + $1.counts }
      let load = (0..<told.scenario.nodes.count).map { n in
        streams.reduce(NodeLoad()) { $0 + $1.load[n] }
      }
      return [
        told.words.group(GroupID(g)), Readable.count(group.bucketCount), length(group.longestUnserved),
        length(group.longestHole), length(group.longestUnreached), length(group.longestDouble),
        isAgain ? "–" : Readable.count(counts.lostWithNode + counts.lostElsewhere),
        isAgain ? "–" : Readable.count(counts.unanswered + counts.waiting),
        isAgain ? "with \(labels[g].group)" : busiest(load),
      ]
    }
    return FigureTable(
      title: "By group", names: 2,
      head: [
        "group", "buckets", "longest unserved", "longest hole", "longest unreached", "longest double",
        "\(told.flowNoun)s lost", "unanswered", "busiest node",
      ], alignment: "lrrrrrrrl", rows: rows, weights: outcome.groups.map(\.longestUnserved), atMost: most,
      rest: "their holes are not longer")
  }

  /// What each node carried of each group, beside what was due to it; `nil` with a single group.
  private func groupShares() -> FigureTable? {
    guard outcome.groups.count > 1 else { return nil }
    let phases = outcome.owned.map(\.phase)
    var (rows, weights): ([[String]], [Double]) = ([], [])
    for g in outcome.groups.indices {
      let those = outcome.shares(of: GroupID(g))
      for n in told.scenario.nodes.indices {
        var cells: [String] = []
        var off = 0.0
        for phase in phases {
          let found = those.first { $0.phase == phase }
          let share = found?.shares?[n]
          let due = found?.due[n] ?? 0
          cells += [share == nil ? "–" : Readable.percent(due), share.map { Readable.percent($0) } ?? "–"]
          off = max(off, share.map { abs($0 - due) } ?? 0)
        }
        // Nodes that have no part in the group.
        if cells.allSatisfy({ $0 == "–" || $0 == Readable.percent(0) }) { continue }
        let of = those.contains { $0.kind == .packets } ? "packets" : "buckets"
        rows.append([told.words.group(GroupID(g)), told.words.name(NodeID(n)), of] + cells)
        weights.append(off)
      }
    }
    guard !rows.isEmpty else { return nil }
    let several = phases.count > 1
    return FigureTable(
      title: "By group and node", names: 3,
      head: ["group", "node", "of"]
        + phases.flatMap { several ? ["\(dueName) \($0.rawValue)", $0.rawValue] : [dueName, "carried"] },
      alignment: "lll" + String(repeating: "rr", count: phases.count), rows: rows, weights: weights,
      atMost: most, rest: "they are nearer to what is due")
  }

  private func length(_ seconds: Double) -> String { seconds == 0 ? "–" : Readable.time(seconds) }

  // MARK: Faults

  /// `nil` where nothing happens.
  private func faults() -> FigureTable? {
    guard !outcome.faults.isEmpty else { return nil }
    var rows: [(at: Instant, cells: [String], weight: Double)] = []
    var isAnyPlanned = false
    for fault in outcome.faults {
      let rebalance = told.result.rebalances.first {
        $0.fault == fault.fault && $0.isEnd == fault.isEnd && $0.healthy == nil
      }
      let losses = fault.losses
      let cells = [
        told.words.happened(fault.fault, isEnd: fault.isEnd), Readable.clock(fault.at), total(rebalance),
        Readable.count(losses.withNode), Readable.count(losses.elsewhere),
        Readable.count(losses.repeated - losses.repeatedByLoss), Readable.count(losses.repeatedByLoss),
        Readable.count(losses.unanswered), Readable.count(losses.refused),
        Readable.count(losses.answeredTwice),
      ]
      let isPlanned = fault.isEnd || told.scenario.faults[fault.fault].kind.isPlanned
      isAnyPlanned = isAnyPlanned || isPlanned && rebalance?.total != nil
      let lost = Double(
        losses.withNode + losses.elsewhere + losses.unanswered + losses.refused + losses.answeredTwice)
      rows.append((fault.at, cells, lost * 1e6 + (rebalance?.total?.seconds ?? 0)))
    }
    // A return into service is no edge of the plan: what clients lose is charged to the edge before it.
    for rebalance in told.result.rebalances where rebalance.healthy != nil {
      let cells = [told.words.happened(rebalance), Readable.clock(rebalance.at), total(rebalance)]
      rows.append(
        (
          rebalance.at, cells + [String](repeating: "–", count: 7), rebalance.total?.seconds ?? 0
        ))
      isAnyPlanned = isAnyPlanned || rebalance.total != nil
    }
    let order = rows.indices.sorted { (rows[$0].at, $0) < (rows[$1].at, $1) }
    var table = FigureTable(
      title: "By fault", names: 3,
      head: [
        "what happened", "at", "whole again after", "lost with their node", "lost otherwise",
        "not served at once", "lost on the way", "given up", "refused", "two answers",
      ], alignment: "lrrrrrrrrr", rows: order.map { rows[$0].cells },
      weights: order.map { rows[$0].weight }, atMost: most,
      rest: "clients lost no more by them")
    if isAnyPlanned {
      let words =
        "After what is done on purpose, and the end of a fault: from the first bucket that was not whole."
      table.note = table.note.isEmpty ? words : "\(table.note) \(words)"
    }
    return table
  }

  /// How long buckets were not whole; those that were mended by the very edge that counts them were not for any time.
  private func total(_ rebalance: Rebalance?) -> String {
    guard let rebalance, let total = rebalance.total else { return "–" }
    if total == .zero && rebalance.isOver { return "at once" }
    return (rebalance.isOver ? "" : "at least ") + Readable.time(total)
  }

  private func percent(_ part: Int, of all: Int) -> String { Readable.percent(Double(part) / Double(all)) }
}
