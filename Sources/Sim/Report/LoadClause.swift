import Engine
import FarmFile

/// Which node carried how much.
struct LoadClause {
  let told: ToldTrial

  /// More nodes than this are not told one by one.
  private static let most = 4
  /// Of fewer packets the numbers are told, not the shares.
  private static let fewest = 100

  /// `nil` if no node accepted a packet.
  func text() -> String? {
    var parts: [String] = []
    for phase in told.result.outcome.phases {
      guard let text = shares(phase.load.map(\.packets)) else { continue }
      parts.append(told.scenario.faults.isEmpty ? text : "\(when(phase.phase)), \(text)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func when(_ phase: SkewRow.Phase) -> String {
    switch phase {
    case .before: "before the first fault"
    case .during: "from then until the farm had settled after the last"
    case .after: "after that"
    }
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
    if packets.count <= LoadClause.most {
      let first = "of \(total) \(name(0)) took \(percent(0))"
      return PlainText.list([first] + packets.indices.dropFirst().map { "\(name($0)) \(percent($0))" })
    }
    let order = packets.indices.sorted { (packets[$1], $0) < (packets[$0], $1) }
    let (busiest, idlest) = (order[0], order[order.count - 1])
    return "of \(total) \(name(busiest)) took the most, \(percent(busiest)), and \(name(idlest)) the least, "
      + percent(idlest)
  }
}
