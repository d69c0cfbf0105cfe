import Engine
import FarmFile

/// Which nodes buckets moved to and when, who was left with all of them, and whether they came back.
struct OwnersClause {
  let told: ToldTrial

  /// More of what moved buckets, or did not, are counted and not named.
  private static let most = 6
  private static let mostOthers = 3

  private var result: TrialResult { told.result }
  private var stretches: [Stretch] { result.outcome.stretches }
  /// What moved buckets to another node and back, and none for good.
  private var thereAndBack: [Rebalance] {
    result.rebalances.filter { $0.bucketsMoved == 0 && $0.firstMove != nil }
  }

  /// `nil` if nothing happened that could move a bucket, or disturb one: that is told otherwise.
  func text() -> String? {
    guard result.formedAt != nil, told.measured("buckets_moved") != nil else { return nil }
    let moving = result.rebalances.filter { $0.bucketsMoved > 0 }
    if moving.isEmpty {
      let back = thereAndBack
      if back.isEmpty { return stayed() }
      return back.count > OwnersClause.mostOthers
        ? "buckets moved to another node and back"
        : "buckets moved to another node and back after \(named(back))"
    }
    return [survivor() ?? moved(moving), home()].compactMap { $0 }.joined(separator: "; ")
  }

  /// Nothing moved, though something was disturbed.
  private func stayed() -> String? {
    guard result.rebalances.contains(where: { $0.total ?? .zero > .zero }) else { return nil }
    let began = result.rebalances.filter { !$0.isEnd && $0.healthy == nil }
    guard !began.isEmpty, began.count <= OwnersClause.mostOthers else {
      return "no bucket moved to another node"
    }
    return "no bucket moved to another node after \(named(began))"
  }

  private func moved(_ moving: [Rebalance]) -> String {
    let (first, rest) = (moving[0], moving.dropFirst())
    if moving.count > OwnersClause.most {
      let all = Set(result.rebalances.map(\.at)).count
      let largest = moving.map(\.bucketsMoved).max() ?? 0
      return
        "buckets moved to another node at \(Readable.count(moving.count)) of the \(Readable.count(all)) times that a fault "
        + "began or ended, \(Readable.count(largest)) at most"
    }
    let parts =
      ["\(Readable.count(first.bucketsMoved))\(ofAll) moved to another node after \(named([first]))"]
      + rest.map { "\(Readable.count($0.bucketsMoved)) after \(named([$0]))" }
    let back = thereAndBack
    let returns =
      back.isEmpty || back.count > OwnersClause.mostOthers ? "" : ", some there and back after \(named(back))"
    return PlainText.list(parts) + returns + others(moving)
  }

  /// What began and moved nothing, beside what did.
  private func others(_ moving: [Rebalance]) -> String {
    let instants = Set(moving.map(\.at))
    let others = result.rebalances.filter {
      !$0.isEnd && $0.healthy == nil && !instants.contains($0.at) && $0.at < result.end && $0.firstMove == nil
    }
    if others.isEmpty { return "" }
    if others.count > OwnersClause.mostOthers {
      return ", none after \(Readable.count(others.count)) other faults"
    }
    return ", none after \(named(others))"
  }

  /// ` of 1,024 buckets`, unless a reload has changed how many there are.
  private var ofAll: String {
    let groups = result.outcome.groups
    guard groups.count == told.scenario.farm.settings.ownershipGroups.count else { return " buckets" }
    return " of \(Readable.count(groups.reduce(0) { $0 + $1.bucketCount }, "bucket"))"
  }

  /// `node2 stood still at 20 s for 250 ms and at 30 s for 330 ms`
  private func named(_ rebalances: [Rebalance]) -> String {
    var parts: [(what: String, when: [String])] = []
    for rebalance in rebalances {
      let what = told.words.happened(rebalance)
      if parts.last?.what != what { parts.append((what, [])) }
      parts[parts.count - 1].when.append(when(rebalance))
    }
    return PlainText.list(parts.map { "\($0.what) \(PlainText.list($0.when))" })
  }

  private func when(_ rebalance: Rebalance) -> String {
    let at = "at \(Readable.moment(rebalance.at))"
    guard rebalance.healthy == nil, !rebalance.isEnd,
      told.scenario.faults.indices.contains(rebalance.fault),
      let until = told.scenario.faults[rebalance.fault].until
    else { return at }
    let length = until - told.scenario.faults[rebalance.fault].at
    return "\(at) for \(Readable.moment(.zero + length))"
  }

  /// The node that owned everything after others were gone.
  private func survivor() -> String? {
    guard told.scenario.nodes.count > 2 else { return nil }
    var before: NodeID?
    for (i, stretch) in stretches.enumerated() {
      let alone = only(stretch)
      defer { before = alone }
      guard i > 0, let alone, alone != before, let cause = stretch.causes.first else { continue }
      let count = stretch.owned.reduce(0) { $0 + $1[alone.index] }
      return
        "\(told.words.name(alone)) alone owned all \(Readable.count(count, "bucket")) after "
        + "\(told.words.happened(cause.fault, isEnd: cause.isEnd)) at \(Readable.moment(stretch.from))"
    }
    return nil
  }

  /// The node that owned every bucket of every group when a stretch ended; `nil`: several did, or some bucket had no owner.
  private func only(_ stretch: Stretch) -> NodeID? {
    let counts = result.outcome.groups.map(\.bucketCount)
    guard counts.count == stretch.owned.count,
      counts.count == told.scenario.farm.settings.ownershipGroups.count
    else { return nil }
    let first = stretch.owned.first?.indices.first { n in
      zip(stretch.owned, counts).allSatisfy { $0[n] == $1 }
    }
    return first.map { NodeID($0) }
  }

  /// Whether buckets have their first owners at the end.
  private func home() -> String? {
    guard let last = stretches.last, last.atHome + last.away > 0 else { return nil }
    return last.away == 0
      ? "when the run ended, every bucket had the owner that it had before the first fault"
      : "when the run ended, \(Readable.count(last.away, "bucket")) had another owner than before the first fault"
  }
}
