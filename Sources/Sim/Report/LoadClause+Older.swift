import Engine
import FarmFile

/// What the shares of new clients do not show: whose packets still come to other nodes, and who was away.
extension LoadClause {
  /// A smaller difference of shares is not worth telling.
  private static let lag = 0.03
  /// Of fewer new clients or packets no share is told.
  private static let fewestOlder = 30

  /// If a node carried a larger share of a group's packets than of its new connections, because older ones stay: the
  /// largest such case. The parts of the run are those of the tables.
  func older() -> String? {
    guard streams.contains(where: \.hasFlows) else { return nil }
    let groups = groups() ?? [(name: "", streams: Array(streams.indices))]
    var most: (excess: Double, words: String)?
    for phase in told.result.outcome.phases where phase.phase != .before && !phase.byStream.isEmpty {
      for group in groups where group.streams.contains(where: { streams[$0].hasFlows }) {
        let begun = Part.sum(
          phase.byStream.enumerated().map { s, load in
            load.map { streams[s].hasFlows ? $0.flows : $0.packets }
          },
          group.streams)
        let packets = Part.sum(phase.byStream.map { $0.map(\.packets) }, group.streams)
        let (all, sent) = (begun.reduce(0, +), packets.reduce(0, +))
        guard all >= LoadClause.fewestOlder, sent >= LoadClause.fewestOlder else { continue }
        for n in begun.indices {
          let (share, new) = (Double(packets[n]) / Double(sent), Double(begun[n]) / Double(all))
          // The share of few new clients is known roughly.
          let chance = 2 * (new * (1 - new) / Double(all)).squareRoot()
          let excess = share - new
          guard excess >= LoadClause.lag + chance, excess > most?.excess ?? 0 else { continue }
          let due = due(to: n, of: group.streams, in: phase.phase)
          let name = group.name.isEmpty ? "" : " \(group.name)"
          most = (
            excess,
            "\(told.words.name(NodeID(n))) carried \(Readable.percent(share)) of the packets\(name) "
              + "\(window(phase.phase))\(due.map { " (due: \(Readable.percent($0)))" } ?? "")"
          )
        }
      }
    }
    guard let most else { return nil }
    let flows = streams.allSatisfy { $0.isTCP || !$0.hasFlows } ? "connections" : "flows"
    return "older \(flows) stay where they are, so that \(most.words)"
  }

  /// What a node's weight or priority gave it of the one group of some streams; `nil` for several.
  private func due(to node: Int, of those: [Int], in phase: SkewRow.Phase) -> Double? {
    let groups = Set(those.map { streams[$0].group })
    guard groups.count == 1, let group = groups.first ?? nil else { return nil }
    return told.result.outcome.shares(of: group).first { $0.phase == phase }?.due[node]
  }

  /// `from 61.19 s on`
  private func window(_ phase: SkewRow.Phase) -> String {
    guard let own = told.result.outcome.owned.first(where: { $0.phase == phase }) else {
      return phase == .after ? "at the end" : "meanwhile"
    }
    let from = Readable.moment(own.from)
    let end = Instant(nanoseconds: own.from.nanoseconds + UInt64((own.length * 1e9).rounded()))
    return phase == .after ? "from \(from) on" : "from \(from) to \(Readable.moment(end))"
  }

  /// Nodes that had no bucket at the end of a part of the run and had some in another, and whether buckets lie by weight
  /// at the end; `nil` if nobody was away.
  func away(_ parts: [Part]) -> String? {
    func owns(_ part: Part, _ node: Int) -> Bool {
      part.owned.contains { $0.indices.contains(node) && $0[node] > 0 }
    }
    let nodes = told.scenario.nodes.indices
    let texts = parts.compactMap { part -> String? in
      let those = nodes.filter { n in !owns(part, n) && parts.contains { owns($0, n) } }
      guard let names = told.few(those), !part.when.isEmpty else { return nil }
      return "\(part.when), the other nodes had the share of \(names)"
    }
    if texts.isEmpty { return nil }
    return PlainText.list(texts)
      + (endsByWeight(parts) ? ", and when the run ended buckets lay by weight" : "")
  }

  /// Whether each node had what was due to it of each group when the run ended, to a bucket.
  private func endsByWeight(_ parts: [Part]) -> Bool {
    guard let owned = parts.last?.owned, let dues = told.result.outcome.owned.last?.dues.byGroup,
      !owned.isEmpty, owned.count == dues.count
    else { return false }
    return zip(owned, dues).allSatisfy { owned, due in
      let (all, sum) = (Double(owned.reduce(0, +)), due.reduce(0, +))
      return owned.count == due.count && sum > 0
        && zip(owned, due).allSatisfy { abs(Double($0) - $1 / sum * all) <= 1 + 1e-6 }
    }
  }

  /// Of the streams of one group, how much of one whose clients share addresses came to a single node: it is the one that
  /// might come to one node alone. `nil` without such a stream.
  func busiest(_ groups: [(name: String, streams: [Int])], _ parts: [Part]) -> String? {
    let traffic = told.scenario.traffic
    guard traffic.count == groups.count,
      let group = groups.first(where: { $0.streams.contains { traffic[$0].clients.natShare > 0 } })
    else { return nil }
    let each = parts.compactMap { part -> String? in
      let begun = Part.sum(part.begun, group.streams)
      let all = begun.reduce(0, +)
      guard all >= LoadClause.fewest, let most = begun.max() else { return nil }
      return "\(Readable.share(Double(most) / Double(all))) \(part.when)"
    }
    if each.isEmpty { return nil }
    return
      "of the \(noun(group.streams)) \(group.name) no node took more than \(PlainText.list(each))"
  }
}
