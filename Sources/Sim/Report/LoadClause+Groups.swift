import Engine
import FarmFile

/// Which node carried how much of each group or, with a single group, of each stream.
extension LoadClause {
  /// The streams of each group or, with a single group, each stream. `nil` if there is only one, or too much to tell.
  func groups() -> [(name: String, streams: [Int])]? {
    guard isByStretch, told.scenario.nodes.count <= LoadClause.mostNodes else { return nil }
    var ids: [GroupID] = []
    for stream in streams {
      if let id = stream.group, !ids.contains(id) { ids.append(id) }
    }
    if ids.count > 1 {
      guard ids.count <= LoadClause.mostGroups else { return nil }
      return ids.map { id in
        ("for \(told.words.group(id))", streams.indices.filter { streams[$0].group == id })
      }
    }
    let traffic = told.scenario.traffic
    guard (2...LoadClause.mostGroups).contains(streams.count), traffic.count == streams.count,
      Set(traffic.map(\.name)).count == streams.count
    else { return nil }
    return streams.indices.map { ("of the stream \(traffic[$0].name)", [$0]) }
  }

  /// `before the first fault, of the requests for dns big1 took 41 % and big2 59 %, of those for mail big1 52 % ...`
  func byGroup(_ groups: [(name: String, streams: [Int])], _ parts: [Part]) -> String {
    parts.map { part in
      var texts: [String] = []
      var said = ""
      for group in groups {
        let begun = Part.sum(part.begun, group.streams)
        let all = begun.reduce(0, +)
        if all == 0 { continue }
        let noun = noun(group.streams)
        let took = texts.isEmpty ? " took" : ""
        let shares = begun.indices.filter { begun[$0] > 0 }.enumerated().map { i, n in
          "\(told.words.name(NodeID(n)))\(i == 0 ? took : "") \(Readable.wholePercent(begun[n], of: all))"
        }
        texts.append("of \(noun == said ? "those" : "the \(noun)") \(group.name) \(PlainText.list(shares))")
        said = noun
      }
      let text = texts.joined(separator: ", ")
      return part.when.isEmpty ? text : "\(part.when), \(text)"
    }.joined(separator: "; ")
  }

  /// The largest difference between the share of a group's clients that a node took in a part of the run and its share
  /// of the group's buckets when that part ended.
  func farthest(_ groups: [(name: String, streams: [Int])], _ parts: [Part]) -> String? {
    var most: (points: Double, words: String)?
    for part in parts {
      for group in groups {
        guard let s = group.streams.first, let id = streams[s].group, part.owned.indices.contains(id.index)
        else { return nil }
        let (begun, owned) = (Part.sum(part.begun, group.streams), part.owned[id.index])
        let (all, buckets) = (begun.reduce(0, +), owned.reduce(0, +))
        guard buckets > 0, begun.count == owned.count else { return nil }
        if all < LoadClause.fewest { continue }
        for n in begun.indices {
          let (took, due) = (Double(begun[n]) / Double(all), Double(owned[n]) / Double(buckets))
          let points = abs(took - due) * 100
          guard points > most?.points ?? -1 else { continue }
          let words =
            "\(told.words.name(NodeID(n))) took \(Readable.share(took)) of the \(noun(group.streams)) \(group.name) "
            + "with \(Readable.share(due)) of the buckets"
          most = (points, part.when.isEmpty ? words : "\(words) \(part.when)")
        }
      }
    }
    guard let most else { return nil }
    let points = max(1, Int(most.points.rounded(.up)))
    let kind = noun(Array(streams.indices))
    return
      "the \(kind) went to nodes as the buckets of each service lay, no node more than "
      + "\(points == 1 ? "1 point" : "\(points) points") off: \(most.words)"
  }

  /// What each node took of what clients began, by group or stream and part of the run. `nil` if the sentence tells all
  /// of it; the table is for when it tells the farthest alone.
  func table(atMost most: Int) -> FigureTable? {
    guard let groups = groups() else { return nil }
    let parts = parts().filter { $0.begunByNode.contains { $0 > 0 } }
    let names = told.scenario.nodes.indices.map { told.words.name(NodeID($0)) }
    var rows: [[String]] = []
    for part in parts {
      for group in groups {
        let begun = Part.sum(part.begun, group.streams)
        let all = begun.reduce(0, +)
        guard all > 0, begun.count == names.count else { continue }
        rows.append(
          [part.when.isEmpty ? "all the time" : part.when, "\(noun(group.streams)) \(group.name)"]
            + [Readable.count(all)] + begun.map { Readable.share(Double($0) / Double(all)) })
      }
    }
    guard rows.count * names.count > LoadClause.mostShares else { return nil }
    return FigureTable(
      title: "What clients began, by part of the run", names: 3, head: ["when", "what", "begun"] + names,
      alignment: "llr" + String(repeating: "r", count: names.count), rows: rows,
      weights: rows.indices.map { -Double($0) }, atMost: most, rest: "they come later")
  }
}
