import Engine
import FarmFile

/// Which node carried how much, from one fault to the next or, if there are many faults, before, during and after them.
///
/// It counts what clients began: connections, flows and requests. Buckets and weights decide about those. An older
/// connection stays where it is until it ends, so that the packets follow later: a second part says how far they lag.
struct LoadClause {
  let told: ToldTrial

  /// More nodes, stretches, groups or streams than these are not named one by one.
  static let mostNodes = 4
  private static let mostStretches = 4
  static let mostGroups = 4
  /// If there are more shares than this, only the one that is farthest from its share of the buckets is named.
  static let mostShares = 12
  /// Below this many, counts are told instead of shares.
  static let fewest = 100

  /// What nodes took in a part of the run.
  struct Part {
    let when: String
    /// By stream and node: what was begun, and packets.
    let begun: [[Int]]
    let packets: [[Int]]
    /// By group and node: buckets at the end of the part; empty if that is not known.
    var owned: [[Int]] = []

    static func sum(_ amounts: [[Int]], _ streams: [Int]) -> [Int] {
      streams.reduce(into: [Int](repeating: 0, count: amounts.first?.count ?? 0)) { sums, s in
        for n in sums.indices { sums[n] += amounts[s][n] }
      }
    }

    var begunByNode: [Int] { Part.sum(begun, Array(begun.indices)) }
    var packetsByNode: [Int] { Part.sum(packets, Array(packets.indices)) }
  }

  var streams: [StreamOutcome] { told.result.outcome.streams }

  /// `nil` if no node took anything that clients began.
  func text() -> String? {
    let parts = parts().filter { $0.begunByNode.contains { $0 > 0 } }
    if parts.isEmpty { return nil }
    let noun = noun(Array(streams.indices))
    let text: String
    if let shifted = told.shiftedNodes, parts.count > 1 {
      text = shares(of: shifted, parts, noun)
    } else if let groups = groups() {
      let count = parts.reduce(0) { sum, part in
        sum + groups.reduce(0) { $0 + Part.sum(part.begun, $1.streams).count { $0 > 0 } }
      }
      let farthest = count > LoadClause.mostShares ? farthest(groups, parts) : nil
      text =
        farthest.map { far in
          [busiest(groups, parts), far, away(parts)].compactMap { $0 }.joined(separator: "; ")
        } ?? byGroup(groups, parts)
    } else {
      text = parts.compactMap { part in
        guard let text = shares(part.begunByNode, noun) else { return nil }
        return part.when.isEmpty ? text : "\(part.when), \(text)"
      }.joined(separator: "; ")
    }
    return text + (older().map { "; \($0)" } ?? "")
  }

  /// From fault to fault if there are few, otherwise by phase.
  func parts() -> [Part] {
    let hasFaults = !told.scenario.faults.isEmpty
    guard isByStretch else {
      let haveFlows = !streams.isEmpty && streams.allSatisfy(\.hasFlows)
      return told.result.outcome.phases.map { phase in
        Part(
          when: hasFaults ? when(phase.phase) : "",
          begun: [phase.load.map { haveFlows ? $0.flows : $0.packets }],
          packets: [phase.load.map(\.packets)])
      }
    }
    return told.result.outcome.stretches.map { stretch in
      let begun = stretch.packets.indices.map { s in
        streams.indices.contains(s) && streams[s].hasFlows && stretch.flows.indices.contains(s)
          ? stretch.flows[s] : stretch.packets[s]
      }
      guard let cause = stretch.causes.first else {
        return Part(
          when: hasFaults ? "before \(told.theFirst)" : "", begun: begun, packets: stretch.packets,
          owned: stretch.owned)
      }
      let happened = told.words.happened(cause.fault, isEnd: cause.isEnd)
      return Part(
        when: "after \(happened) at \(Readable.moment(stretch.from))", begun: begun,
        packets: stretch.packets, owned: stretch.owned)
    }
  }

  var isByStretch: Bool {
    (1...LoadClause.mostStretches).contains(told.result.outcome.stretches.count)
  }

  private func when(_ phase: SkewRow.Phase) -> String {
    switch phase {
    case .before: "before \(told.theFirst)"
    case .during: "from then until the farm had settled after the last"
    case .after: "after that"
    }
  }

  /// The name of what is counted of some streams.
  func noun(_ those: [Int]) -> String {
    let those = those.filter { streams.indices.contains($0) }
    let haveFlows = those.contains { streams[$0].hasFlows }
    let haveRequests = those.contains { !streams[$0].hasFlows }
    if !haveFlows && !haveRequests { return "packets" }
    if haveFlows && haveRequests && !isByStretch { return "packets" }
    let isTCP = those.allSatisfy { streams[$0].isTCP || !streams[$0].hasFlows }
    let flows = isTCP ? "new connections" : "new flows"
    return haveFlows ? haveRequests ? "\(flows) and requests" : flows : "requests"
  }

  /// `node1 took 25.9 % of the new connections before the first change, 13.1 % after ...`
  private func shares(of nodes: [Int], _ parts: [Part], _ noun: String) -> String {
    nodes.map { n in
      let each = parts.enumerated().map { i, part in
        let all = part.begunByNode.reduce(0, +)
        let share = percent(part.begunByNode[n], of: all)
        return "\(share)\(i == 0 ? " of the \(noun)" : "") \(part.when)"
      }
      return "\(told.words.name(NodeID(n))) took \(PlainText.list(each))"
    }.joined(separator: "; ")
  }

  private func shares(_ begun: [Int], _ noun: String) -> String? {
    let all = begun.reduce(0, +)
    guard all > 0 else { return nil }
    func name(_ n: Int) -> String { told.words.name(NodeID(n)) }
    let one = noun.contains(" and ") ? noun : String(noun.dropLast())
    let total = all == 1 ? "1 \(one)" : "\(Readable.count(all)) \(noun)"
    if begun.count <= LoadClause.mostNodes {
      let first = "of \(total) \(name(0)) took \(percent(begun[0], of: all))"
      return PlainText.list(
        [first] + begun.indices.dropFirst().map { "\(name($0)) \(percent(begun[$0], of: all))" })
    }
    let order = begun.indices.sorted { (begun[$1], $0) < (begun[$0], $1) }
    let (busiest, idlest) = (order[0], order[order.count - 1])
    return
      "of \(total) \(name(busiest)) took the most, \(percent(begun[busiest], of: all)), and \(name(idlest)) the "
      + "least, \(percent(begun[idlest], of: all))"
  }

  /// A count if there are too few for a share.
  private func percent(_ part: Int, of all: Int) -> String {
    if part == 0 { return "none" }
    return all < LoadClause.fewest ? Readable.count(part) : Readable.percent(Double(part) / Double(all))
  }
}
