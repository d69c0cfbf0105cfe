import Engine

/// Load and outcome of one trial by node, by group, by stream and by fault.
///
/// Each function makes one table, or `nil` if it would only repeat what the figures of the whole run say.
/// ``FigureTable`` drops empty columns, and rows if there are too many.
struct OutcomeTables {
  private let told: ToldTrial
  private let most: Int

  private var outcome: RunOutcome { told.result.outcome }

  /// - Parameter most: the most rows of a table. If there are more, those that matter most are shown.
  init(_ told: ToldTrial, atMost most: Int) {
    self.told = told
    self.most = most
  }

  /// The tables that have something to say, in order.
  func all() -> [FigureTable] {
    let tables = [
      streams(), nodes(), groups(), groupShares(), LoadClause(told: told).table(atMost: most),
      FaultTable(told).table(atMost: most),
    ]
    return tables.compactMap { $0 }
  }

  // MARK: Streams

  /// `nil` for a single stream: its figures are those of the whole run.
  private func streams() -> FigureTable? {
    guard outcome.streams.count > 1 else { return nil }
    let rows = outcome.streams.enumerated().map { s, stream in
      let counts = stream.counts
      return [
        told.scenario.traffic.indices.contains(s) ? told.scenario.traffic[s].name : "\(s + 1)",
        stream.isTCP ? "connects" : "requests", Readable.count(counts.begun), Readable.count(counts.repeated),
        Readable.count(counts.unanswered + counts.waiting),
        stream.hasFlows ? Readable.count(counts.opened) : "–",
        stream.hasFlows ? count(counts.lostWithNode, orMore: counts.inDoubt) : "–",
        stream.hasFlows ? count(counts.lostElsewhere, orMore: counts.inDoubt) : "–",
        Readable.measured(stream.longestOutage, .seconds), Readable.measured(stream.longestSilence, .seconds),
        busiest(stream.load),
      ]
    }
    return FigureTable(
      title: "By stream", names: 3,
      head: [
        "stream", "of", "begun", "not at once", "unanswered", "established", "lost with their node",
        "lost otherwise", "longest outage", "open without answer", "busiest node",
      ], alignment: "llrrrrrrrrl", rows: rows,
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
    let (packets, few) = loads()
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
      // Flows that were open when measuring began are not among them.
      head += ["new \(told.flowNoun)s", "lost with it", "lost otherwise"]
      columns += [
        flows.map { Readable.count($0) }, losses.map { Readable.count($0.withNode) },
        losses.map { Readable.count($0.elsewhere) },
      ]
    }
    guard head.count > 2 else { return nil }
    let sums = (0..<count).map { n in carried.reduce(0) { $0 + $1.1[n] } }
    var table = FigureTable(
      title: "By node", names: 2, head: head, alignment: "l" + String(repeating: "r", count: head.count - 1),
      rows: (0..<count).map { n in columns.map { $0[n] } },
      weights: (0..<count).map {
        Double(losses[$0].withNode + losses[$0].elsewhere) * 1e12 + sums[$0]
      },
      atMost: most, rest: "they lost and carried less")
    if let windows = windows(isOfPackets: kind == .packets) { table.add(windows) }
    for phase in few {
      let count = phase.load.reduce(0) { $0 + $1.packets }
      let name: String = phase.phase.rawValue.prefix(1).uppercased() + phase.phase.rawValue.dropFirst()
      table.add("\(name): \(Readable.count(count, "packet")) in all, too few for shares.")
    }
    if kind == .packets, told.seconds(.applicationOutageMax) > 0 {
      table.add(
        "Packets are those that a node’s kernel accepted, while its application did not serve as well.")
    }
    if told.havePriority {
      table.add(
        "Due: by weight, whoever is in service; of a group with a priority, all of it to the first node in service."
      )
    }
    return table
  }

  /// Below this many packets a share says nothing.
  static let fewest = 100

  /// The phases with enough packets for shares, and those with too few. If all have too few, all count as enough.
  private func loads() -> (told: [PhaseLoad], few: [PhaseLoad]) {
    let all = outcome.phases.filter { $0.load.contains { $0.packets > 0 } }
    func isMany(_ phase: PhaseLoad) -> Bool {
      phase.load.reduce(0) { $0 + $1.packets } >= OutcomeTables.fewest
    }
    let many = all.filter { isMany($0) }
    if many.isEmpty { return (told: all, few: []) }
    return (told: many, few: all.filter { !isMany($0) })
  }

  /// The head of the column that a share is compared with.
  private var dueName: String { told.havePriority ? "due" : "by weight" }

  /// `Before: 5.000 s to 20.000 s; during: 20.000 s to 27.374 s; after: from then to 50.000 s.`; `nil` for one window.
  private func windows(isOfPackets: Bool) -> String? {
    guard outcome.owned.count > 1 else { return nil }
    let each = outcome.owned.map { own in
      let end = Instant(nanoseconds: own.from.nanoseconds + UInt64((own.length * 1e9).rounded()))
      // If a fault comes before the farm has formed, the load is measured later than the window begins.
      let from = isOfPackets ? min(max(own.from, told.result.measuredFrom ?? own.from), end) : own.from
      return "\(own.phase.rawValue): \(Readable.moment(from)) to \(Readable.moment(end))"
    }
    let text = each.joined(separator: "; ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  // MARK: Groups

  /// `nil` for a single group: its figures are those of the whole run.
  private func groups() -> FigureTable? {
    guard outcome.groups.count > 1 else { return nil }
    let labels = told.scenario.spaceLabels
    let rows = outcome.groups.enumerated().map { g, group in
      // A group with several spaces of buckets has several rows. Its clients are counted in the first.
      let isAgain = labels.indices.contains(g) && labels[g].detail != nil
      let again = isAgain ? "with \(labels[g].group)" : ""
      let open = group.unsettled
      let streams = outcome.streams.filter { $0.group == GroupID(g) }
      let counts = streams.reduce(TrafficCounts()) { $0 + $1.counts }
      let load = (0..<told.scenario.nodes.count).map { n in
        streams.reduce(NodeLoad()) { $0 + $1.load[n] }
      }
      return [
        told.words.group(GroupID(g)), Readable.count(group.bucketCount),
        length(group.longestUnserved, isOpen: open.holes + open.unreached + open.unserved > 0),
        length(group.longestHole, isOpen: open.holes > 0),
        length(group.longestUnreached, isOpen: open.unreached > 0),
        length(group.longestDouble, isOpen: open.doubles > 0),
        isAgain ? again : count(counts.lostWithNode + counts.lostElsewhere, orMore: counts.inDoubt),
        isAgain ? again : Readable.count(counts.unanswered + counts.waiting),
        isAgain ? again : busiest(load),
      ]
    }
    return FigureTable(
      title: "By group", names: 2,
      head: [
        "group", "buckets", "longest without service", "longest hole", "longest unreached", "longest double",
        "\(told.flowNoun)s lost", "unanswered", "busiest node",
      ], alignment: "lrrrrrrrl", rows: rows, weights: outcome.groups.map(\.longestUnserved), atMost: most,
      rest: "their holes are not longer", elsewhere: Set(labels.map { "with \($0.group)" }))
  }

  /// What each node carried of each group, beside what it was due; `nil` for a single group.
  private func groupShares() -> FigureTable? {
    guard outcome.groups.count > 1 else { return nil }
    let phases = outcome.owned.map(\.phase)
    var (rows, weights): ([[String]], [Double]) = ([], [])
    var haveFew = false
    for g in outcome.groups.indices {
      let those = outcome.shares(of: GroupID(g))
      for n in told.scenario.nodes.indices {
        var cells: [String] = []
        var off = 0.0
        for phase in phases {
          let found = those.first { $0.phase == phase }
          let share = found?.shares?[n]
          let due = found?.due[n] ?? 0
          if let found, found.kind == .packets, found.carried.reduce(0, +) < Double(OutcomeTables.fewest) {
            cells += [Readable.percent(due), OutcomeTables.few]
            haveFew = true
            continue
          }
          cells += [share == nil ? "–" : Readable.percent(due), share.map { Readable.percent($0) } ?? "–"]
          off = max(off, share.map { abs($0 - due) } ?? 0)
        }
        // A node without a part in the group has no row.
        if cells.allSatisfy({ $0 == "–" || $0 == OutcomeTables.few || $0 == Readable.percent(0) }) {
          continue
        }
        let of = those.contains { $0.kind == .packets } ? "packets" : "buckets"
        let names = [told.words.group(GroupID(g)), told.words.name(NodeID(n)), of]
        rows.append(names + (told.havePriority ? [policy(g)] : []) + cells)
        weights.append(off)
      }
    }
    guard !rows.isEmpty else { return nil }
    let several = phases.count > 1
    let names = ["group", "node", "of"] + (told.havePriority ? ["due by"] : [])
    var table = FigureTable(
      title: "By group and node", names: names.count,
      head: names
        + phases.flatMap { several ? ["\(dueName) \($0.rawValue)", $0.rawValue] : [dueName, "carried"] },
      alignment: String(repeating: "l", count: names.count) + String(repeating: "rr", count: phases.count),
      rows: rows, weights: weights, atMost: most, rest: "they are nearer to what is due")
    if haveFew {
      table.add(
        "Few: the group had fewer than \(OutcomeTables.fewest) packets in that part of the run, too few for shares."
      )
    }
    return table
  }

  /// The cell of a phase with too few packets for a share.
  private static let few = "few"

  /// The policy of a group in the first farm file that has it: `priority` or `weight`.
  private func policy(_ group: Int) -> String {
    let policies = Shares(
      told.scenario.configurations, BucketSpaces(told.scenario.configurations), nodeCount: 64
    )
    .policies
    return policies.indices.contains(group) && policies[group] == .priority ? "priority" : "weight"
  }

  private func length(_ seconds: Double, isOpen: Bool) -> String {
    seconds == 0 ? "–" : Readable.measured(Measured(seconds, isCensored: isOpen), .seconds)
  }

  private func count(_ value: Int, orMore doubtful: Int) -> String {
    Readable.measured(Measured(Double(value), isCensored: doubtful > 0), .count)
  }

  private func percent(_ part: Int, of all: Int) -> String { Readable.percent(Double(part) / Double(all)) }
}
