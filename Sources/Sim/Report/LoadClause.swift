import Engine
import FarmFile

/// Which node carried how much, from one fault to the next or, where there are many, before, during and after them.
struct LoadClause {
  let told: ToldTrial

  /// More nodes, stretches and groups than these are not told one by one.
  private static let mostNodes = 4
  private static let mostStretches = 4
  private static let mostGroups = 4
  /// Of fewer packets the numbers are told, not the shares.
  private static let fewest = 100

  /// What nodes carried in a part of the run.
  private struct Part {
    let when: String
    /// By stream, by node.
    let packets: [[Int]]

    var byNode: [Int] { sum(Array(packets.indices)) }

    func sum(_ streams: [Int]) -> [Int] {
      streams.reduce(into: [Int](repeating: 0, count: packets.first?.count ?? 0)) { sums, s in
        for n in sums.indices { sums[n] += packets[s][n] }
      }
    }
  }

  /// `nil` if no node accepted a packet.
  func text() -> String? {
    let parts = parts().filter { $0.byNode.contains { $0 > 0 } }
    if parts.isEmpty { return nil }
    if let shifted = shifted(), parts.count > 1 { return shares(of: shifted, parts) }
    if let groups = groups() { return byGroup(groups, parts) }
    return parts.compactMap { part in
      guard let text = shares(part.byNode) else { return nil }
      return part.when.isEmpty ? text : "\(part.when), \(text)"
    }.joined(separator: "; ")
  }

  /// From fault to fault if there are a few, else by phase.
  private func parts() -> [Part] {
    let hasFaults = !told.scenario.faults.isEmpty
    guard isByStretch else {
      return told.result.outcome.phases.map { phase in
        Part(when: hasFaults ? when(phase.phase) : "", packets: [phase.load.map(\.packets)])
      }
    }
    return told.result.outcome.stretches.map { stretch in
      guard let cause = stretch.causes.first else {
        return Part(when: hasFaults ? "before the first fault" : "", packets: stretch.packets)
      }
      let happened = told.words.happened(cause.fault, isEnd: cause.isEnd)
      return Part(
        when: "after \(happened) at \(Readable.moment(stretch.from))", packets: stretch.packets)
    }
  }

  private var isByStretch: Bool {
    (1...LoadClause.mostStretches).contains(told.result.outcome.stretches.count)
  }

  private func when(_ phase: SkewRow.Phase) -> String {
    switch phase {
    case .before: "before the first fault"
    case .during: "from then until the farm had settled after the last"
    case .after: "after that"
    }
  }

  /// Up to two nodes whose weights change, if nothing else happens: the question is about them.
  private func shifted() -> [Int]? {
    var nodes = NodeSet.empty
    for fault in told.scenario.faults {
      guard case .weight(let those, _, _) = fault.kind else { return nil }
      nodes = nodes.union(those)
    }
    return (1...2).contains(nodes.count) ? nodes.map(\.index) : nil
  }

  /// `node1 took 25.9 % of the packets before the first fault, 13.1 % after ...`
  private func shares(of nodes: [Int], _ parts: [Part]) -> String {
    nodes.map { n in
      let each = parts.enumerated().map { i, part in
        let all = part.byNode.reduce(0, +)
        let share = Readable.percent(Double(part.byNode[n]) / Double(all))
        return "\(share)\(i == 0 ? " of the packets" : "") \(part.when)"
      }
      return "\(told.words.name(NodeID(n))) took \(PlainText.list(each))"
    }.joined(separator: "; ")
  }

  /// The streams of each group, if there are several groups and not too much to tell.
  private func groups() -> [(name: String, streams: [Int])]? {
    let streams = told.result.outcome.streams
    var ids: [GroupID] = []
    for stream in streams {
      if let id = stream.group, !ids.contains(id) { ids.append(id) }
    }
    guard isByStretch, (2...LoadClause.mostGroups).contains(ids.count),
      told.scenario.nodes.count <= LoadClause.mostNodes
    else { return nil }
    return ids.map { id in (told.words.group(id), streams.indices.filter { streams[$0].group == id }) }
  }

  /// `before the first fault, of the packets for web big1 took 41 % and big2 59 %, of those for mail big1 52 % ...`
  private func byGroup(_ groups: [(name: String, streams: [Int])], _ parts: [Part]) -> String {
    parts.map { part in
      var texts: [String] = []
      for group in groups {
        let packets = part.sum(group.streams)
        let all = packets.reduce(0, +)
        if all == 0 { continue }
        let took = texts.isEmpty ? " took" : ""
        let shares = packets.indices.filter { packets[$0] > 0 }.enumerated().map { i, n in
          "\(told.words.name(NodeID(n)))\(i == 0 ? took : "") \(Readable.wholePercent(packets[n], of: all))"
        }
        texts.append(
          "of \(texts.isEmpty ? "the packets" : "those") for \(group.name) \(PlainText.list(shares))")
      }
      let text = texts.joined(separator: ", ")
      return part.when.isEmpty ? text : "\(part.when), \(text)"
    }.joined(separator: "; ")
  }

  private func shares(_ packets: [Int]) -> String? {
    let all = packets.reduce(0, +)
    guard all > 0 else { return nil }
    func name(_ n: Int) -> String { told.words.name(NodeID(n)) }
    // Of a handful a share says more than there is.
    func percent(_ n: Int) -> String {
      all < LoadClause.fewest
        ? Readable.count(packets[n]) : Readable.percent(Double(packets[n]) / Double(all))
    }
    let total = Readable.count(all, "packet")
    if packets.count <= LoadClause.mostNodes {
      let first = "of \(total) \(name(0)) took \(percent(0))"
      return PlainText.list([first] + packets.indices.dropFirst().map { "\(name($0)) \(percent($0))" })
    }
    let order = packets.indices.sorted { (packets[$1], $0) < (packets[$0], $1) }
    let (busiest, idlest) = (order[0], order[order.count - 1])
    return "of \(total) \(name(busiest)) took the most, \(percent(busiest)), and \(name(idlest)) the least, "
      + percent(idlest)
  }
}
