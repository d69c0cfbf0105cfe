import Engine
import FarmFile

/// What failures did to owners, in one phrase, if the plan is a simple experiment: one failure and its end, or one
/// failure repeated with other lengths.
extension OwnersClause {
  /// How soon buckets were back and what it cost, if one failure took all buckets of its nodes, its end or their return
  /// brought them back, and nothing else moved a bucket.
  func back(_ moving: [Rebalance]) -> String? {
    let faults = told.scenario.faults
    guard moving.count == 2, let away = moving.first, let back = moving.last, away.healthy == nil,
      back.healthy == nil, !away.isEnd, faults.indices.contains(away.fault),
      faults.indices.contains(back.fault),
      away.bucketsMoved == back.bucketsMoved, let time = back.lastMove, others(moving).isEmpty,
      thereAndBack.isEmpty, let last = stretches.last, last.away == 0, last.atHome > 0
    else { return nil }
    let (failure, end) = (faults[away.fault].kind, faults[back.fault].kind)
    guard takesNodesAway(failure), back.isEnd ? back.fault == away.fault : end.bringsItsNodesBack,
      failure.nodes == end.nodes, let names = told.few(failure.nodes.map(\.index)),
      target(of: back) == " to \(names)"
    else { return nil }
    let count = Readable.count(back.bucketsMoved, "bucket")
    return
      "all \(count) of \(names) were back \(Readable.time(time)) after \(told.words.happened(back)) at "
      + "\(Readable.moment(back.at))\(harmless(back)); \(Readable.count(away.bucketsMoved))\(ofAll) had moved"
      + "\(target(of: away)) after \(told.words.happened(away)) \(when([away]))"
  }

  /// Whether a fault takes nodes as a whole out of the farm.
  private func takesNodesAway(_ kind: FaultKind) -> Bool {
    kind.of(kind.nodes) != nil && (!kind.traits.isPlanned || kind.traits.answer == .without)
  }

  /// `, and by that no connection was lost and no connect had to be repeated`, if this is so.
  private func harmless(_ rebalance: Rebalance) -> String {
    let found = result.outcome.faults.first { $0.fault == rebalance.fault && $0.isEnd == rebalance.isEnd }
    guard let losses = found?.losses, losses.withNode + losses.elsewhere == 0,
      losses.repeated == losses.repeatedByLoss,
      losses.unanswered + losses.refused + losses.answeredTwice == 0
    else { return "" }
    let lost = told.count(.flowsOpened) > 0 ? "no \(told.flowNoun) was lost" : nil
    let (connects, requests) = (told.count(.connectsBegun), told.count(.requestsSent))
    let attempt = connects > 0 ? "connect" : requests > 0 ? "request" : nil
    let parts = [lost, attempt.map { "no \($0) had to be repeated" }].compactMap { $0 }
    return parts.isEmpty ? "" : ", and by that \(PlainText.list(parts))"
  }

  /// If one fault is repeated with other lengths: which length moved nothing, and which moved something.
  /// `up to 330 ms moved none, 900 ms moved 256 of 1,024 buckets`
  func threshold() -> String? {
    let begun = result.rebalances.filter { !$0.isEnd && $0.healthy == nil && $0.at < result.end }
    guard Set(begun.map { told.words.happened($0) }).count == 1 else { return nil }
    var quiet: [Duration] = []
    var moving: [(length: Duration, count: Int)] = []
    for rebalance in begun {
      guard let length = length(rebalance) else { return nil }
      let own = result.rebalances.filter { $0.fault == rebalance.fault && $0.healthy == nil }
      if rebalance.bucketsMoved > 0 {
        moving.append((length, rebalance.bucketsMoved))
      } else if own.allSatisfy({ $0.firstMove == nil }) {
        quiet.append(length)
      } else {
        return nil
      }
    }
    guard let longest = quiet.max(), let least = moving.min(by: { $0.length < $1.length }),
      longest < least.length
    else { return nil }
    let upTo = quiet.count == 1 ? "" : "up to "
    return
      "\(upTo)\(Readable.moment(.zero + longest)) moved none, \(Readable.moment(.zero + least.length)) moved "
      + "\(Readable.count(least.count))\(ofAll)"
  }
}
