import Engine
import FarmFile

/// Which nodes buckets moved to and when, which node was left with all of them, and whether they came back.
///
/// Its material is the rebalances, which count moved buckets, and the stretches between edges of the fault plan, which
/// say who owned how many. ``text()`` chooses the first form that fits: nothing moved, a failure and its end
/// (``back(_:)``), one failure with several lengths (``threshold()``), one survivor, or the list of all moves.
struct OwnersClause {
  let told: ToldTrial

  /// More moves than `most`, or more faults without moves than `mostOthers`, are counted and not named.
  private static let most = 6
  private static let mostOthers = 3

  var result: TrialResult { told.result }
  var stretches: [Stretch] { result.outcome.stretches }
  /// Rebalances in which buckets went to another node and back, and none moved for good.
  var thereAndBack: [Rebalance] {
    result.rebalances.filter { $0.bucketsMoved == 0 && $0.firstMove != nil }
  }

  /// `nil` if nothing happened that could move or disturb a bucket.
  func text() -> String? {
    guard result.formedAt != nil, told.measured(.bucketsMoved) != nil else { return nil }
    let moving = result.rebalances.filter { $0.bucketsMoved > 0 }
    if moving.isEmpty {
      let back = thereAndBack
      if back.isEmpty { return stayed() }
      return back.count > OwnersClause.mostOthers
        ? "buckets moved to another node and back"
        : "buckets moved to another node and back after \(named(back))"
    }
    let first = servedOn(moving)
    if first == nil, survivor() == nil {
      if let back = back(moving) { return back }
      if let threshold = threshold() {
        return [threshold, moved(moving, tellsOthers: false), home()].compactMap { $0 }.joined(
          separator: "; ")
      }
    }
    return [first, survivor() ?? moved(moving), home()].compactMap { $0 }.joined(separator: "; ")
  }

  /// Who served the clients of one node whose daemon was killed or stalled: its kernel at first, then nobody, then
  /// others.
  private func servedOn(_ moving: [Rebalance]) -> String? {
    let failures = told.scenario.faults.filter { !$0.kind.traits.isPlanned }
    guard failures.count == 1, let rebalance = moving.first, !rebalance.isEnd, rebalance.isOver,
      rebalance.healthy == nil, told.scenario.faults[rebalance.fault] == failures[0],
      failures[0].kind.nodes.count == 1, let total = rebalance.total,
      let hole = told.measured(.holeTimeLongest), hole.value > 0, !hole.isCensored,
      let from = result.outcome.holeFrom, from > rebalance.at, from < rebalance.at + total,
      failures[0].until.map({ from < .zero + $0 }) ?? true,
      failures[0].kind.traits.filter == .leased
    else { return nil }
    let name = told.words.nodes(failures[0].kind.nodes)
    let others = target(of: rebalance).replacing(" to ", with: "")
    return
      "\(name) itself served its clients for \(Readable.time(from - rebalance.at)) more, until its lease ended at "
      + "\(Readable.clock(from)), nobody did for up to \(Readable.time(hole.value)), then \(others) did"
  }

  /// Something was disturbed, but nothing moved. `nil` if nothing was disturbed.
  private func stayed() -> String? {
    guard result.rebalances.contains(where: { $0.total ?? .zero > .zero }) else { return nil }
    let began = result.rebalances.filter { !$0.isEnd && $0.healthy == nil }
    guard !began.isEmpty, began.count <= OwnersClause.mostOthers else {
      return "no bucket moved to another node"
    }
    return "no bucket moved to another node after \(named(began))"
  }

  /// Events of the same kind with the same effect.
  private struct Group {
    let what: String
    /// Where buckets went.
    let effect: String
    let isThereAndBack: Bool
    var when: [Rebalance]
  }

  /// - Parameter tellsOthers: whether it says of how many buckets in all, and what moved none.
  private func moved(_ moving: [Rebalance], tellsOthers: Bool = true) -> String {
    let thereAndBack = thereAndBack.count > OwnersClause.mostOthers ? [] : self.thereAndBack
    var groups: [Group] = []
    for rebalance in result.rebalances
    where rebalance.bucketsMoved > 0 || thereAndBack.contains(where: { $0.at == rebalance.at }) {
      let isBack = rebalance.bucketsMoved == 0
      if isBack, rebalance.firstMove == nil { continue }
      let what = told.words.happened(rebalance)
      let effect =
        isBack
        ? "\(Readable.count(rebalance.bucketsThereAndBack)) there and back\(time(of: rebalance))"
        : "\(Readable.count(rebalance.bucketsMoved))\(target(of: rebalance))"
      if let same = groups.firstIndex(where: { $0.what == what && $0.effect == effect }) {
        groups[same].when.append(rebalance)
      } else {
        groups.append(Group(what: what, effect: effect, isThereAndBack: isBack, when: [rebalance]))
      }
    }
    if groups.count > OwnersClause.most {
      let all = Set(result.rebalances.map(\.at)).count
      let largest = moving.map(\.bucketsMoved).max() ?? 0
      return
        "buckets moved to another node at \(Readable.count(moving.count)) of the \(Readable.count(all)) times that "
        + "\(told.nouns.a) began or ended, \(Readable.count(largest)) at most"
    }
    // Buckets that went there and back have not moved: they are counted apart.
    let times = groups.reduce(0) { $0 + ($1.isThereAndBack ? 0 : $1.when.count) }
    let round = groups.reduce(0) { $0 + ($1.isThereAndBack ? $1.when.count : 0) }
    let isMany = times + 2 * round > 2
    let parts = groups.enumerated().map { i, group in
      var effect = group.effect
      if i == 0 {
        let count = effect.prefix { $0 != " " }
        let all = tellsOthers ? ofAll : ""
        effect = "\(count)\(all)\(isMany ? "" : " moved")\(effect.dropFirst(count.count))"
      }
      return "\(effect) after \(group.what) \(when(group.when))"
    }
    let back = round == 0 ? "" : ", and \(OwnersClause.times(round)) there and back"
    let text =
      isMany
      ? "buckets moved \(OwnersClause.times(times))\(back): \(PlainText.list(parts))" : PlainText.list(parts)
    return tellsOthers ? text + others(moving) : text
  }

  private static func times(_ count: Int) -> String {
    count == 1 ? "once" : "\(Readable.count(count)) times"
  }

  /// ` from 376 ms to 480 ms`: how long after what happened the first bucket went away and the last was back.
  private func time(of rebalance: Rebalance) -> String {
    guard let first = rebalance.firstMove, let last = rebalance.lastMove else { return "" }
    let (from, to) = (Readable.time(first), Readable.time(last))
    return from == to ? " \(from)" : " from \(from) to \(to)"
  }

  /// ` to node1 and node4`, if the owners before and after show it.
  func target(of rebalance: Rebalance) -> String {
    let elsewhere = " to another node"
    guard let i = stretches.firstIndex(where: { $0.from == rebalance.at && !$0.causes.isEmpty }), i > 0,
      rebalance.healthy == nil
    else { return elsewhere }
    let (before, after) = (stretches[i - 1].owned, stretches[i].owned)
    guard before.count == after.count else { return elsewhere }
    var gained: [Int: Int] = [:]
    for (old, new) in zip(before, after) {
      for n in new.indices where n < old.count && new[n] > old[n] { gained[n, default: 0] += new[n] - old[n] }
    }
    // Counts do not show buckets that were exchanged, or that had no owner at one of the two instants.
    guard gained.values.reduce(0, +) == rebalance.bucketsMoved else { return elsewhere }
    let nodes = gained.keys.sorted()
    return " to \(told.few(nodes) ?? Readable.count(nodes.count, "node"))"
  }

  /// `at 20 s, 28 s and 36 s for 3 s each`
  func when(_ rebalances: [Rebalance]) -> String {
    let lengths = rebalances.map { length($0) }
    let isSame = Set(lengths).count == 1
    let at = rebalances.enumerated().map { i, rebalance in
      Readable.moment(rebalance.at)
        + (isSame ? "" : lengths[i].map { " for \(Readable.moment(.zero + $0))" } ?? "")
    }
    let each =
      isSame ? lengths[0].map { " for \(Readable.moment(.zero + $0))\(at.count > 1 ? " each" : "")" } : nil
    return "at \(PlainText.list(at))\(each ?? "")"
  }

  /// Whether the next fault struck before all buckets were whole again: what moved then is counted there.
  private func isOvertaken(_ rebalance: Rebalance) -> Bool {
    guard let total = rebalance.total else { return false }
    let end = rebalance.at + rebalance.since + total
    return result.rebalances.contains { $0.at > rebalance.at && $0.at < end && $0.bucketsMoved > 0 }
  }

  /// Faults that moved nothing, beside those that did.
  func others(_ moving: [Rebalance]) -> String {
    let instants = Set(moving.map(\.at))
    let others = result.rebalances.filter {
      !$0.isEnd && $0.healthy == nil && !instants.contains($0.at) && $0.at < result.end && $0.firstMove == nil
        && !isOvertaken($0)
    }
    if others.isEmpty { return "" }
    if others.count > OwnersClause.mostOthers {
      let faults = others.map { told.scenario.faults[$0.fault] }
      return ", none after \(Readable.count(others.count)) other \(ToldTrial.noun(of: faults).many)"
    }
    return ", none after \(named(others))"
  }

  /// ` of 1,024 buckets`, unless a reload has changed how many there are.
  var ofAll: String {
    let groups = result.outcome.groups
    guard groups.count == told.scenario.farm.settings.ownershipGroups.count else { return " buckets" }
    return " of \(Readable.count(groups.reduce(0) { $0 + $1.bucketCount }, "bucket"))"
  }

  /// `node2 stood still at 20 s for 250 ms and at 30 s for 330 ms`
  private func named(_ rebalances: [Rebalance]) -> String {
    var parts: [(what: String, when: [Rebalance])] = []
    for rebalance in rebalances {
      let what = told.words.happened(rebalance)
      if let same = parts.firstIndex(where: { $0.what == what }) {
        parts[same].when.append(rebalance)
      } else {
        parts.append((what, [rebalance]))
      }
    }
    return PlainText.list(parts.map { "\($0.what) \(when($0.when))" })
  }

  /// How long the fault that a rebalance begins with lasts; `nil` if it has no end of its own.
  func length(_ rebalance: Rebalance) -> Duration? {
    guard rebalance.healthy == nil, !rebalance.isEnd, told.scenario.faults.indices.contains(rebalance.fault)
    else { return nil }
    let fault = told.scenario.faults[rebalance.fault]
    // These happen to a daemon at one instant. Their end is an event of its own.
    if fault.kind.traits.strikes == .daemon, fault.kind.traits.ends != .back { return nil }
    return fault.until.map { $0 - fault.at }
  }

  /// Tells of the node that owned everything once the others were gone.
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

  /// The node that owned every bucket of every group at the end of a stretch; `nil` if there were several, or a bucket
  /// had none.
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

  /// Whether buckets have their first owners when the run ends.
  private func home() -> String? {
    guard let last = stretches.last, last.atHome + last.away > 0 else { return nil }
    return last.away == 0
      ? "when the run ended, every bucket had the owner that it had before \(told.theFirst)"
      : "when the run ended, \(Readable.count(last.away, "bucket")) had another owner than before \(told.theFirst)"
  }
}
