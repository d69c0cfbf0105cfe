import Engine

/// Whether two nodes answered for the same bucket, for how long and after what, and what it did to packets.
struct DoubleClause {
  let told: ToldTrial

  /// - Parameter isAsked: whether to say so if no bucket had two owners.
  func text(isAsked: Bool) -> String? {
    guard let longest = told.measured(.doubleOwnerTimeLongest), longest.value > 0 else {
      return isAsked ? "no bucket had two owners at any time" : nil
    }
    let time = "for \(Readable.longest(longest))"
    let most = told.count(.doubleOwnersMost)
    let all = told.result.outcome.groups.reduce(0) { $0 + $1.bucketCount }
    let extent =
      most == 0 || all < most
      ? ""
      : most == all
        ? ", for all of \(Readable.count(all)) buckets at once\(bothParts)"
        : ", for \(Readable.count(most)) of \(Readable.count(all)) buckets at once at worst"
    let twice = told.count(.packetsTwice)
    // If no packet came meanwhile, nobody answered twice: two nodes would have.
    let verb = twice == 0 ? "would have answered" : "answered"
    let packets =
      twice > 0
      ? ", and \(Readable.count(twice, "packet")) \(twice == 1 ? "was" : "were") accepted twice"
      : told.count(.packetsSent) > 0 ? ", but no packet was accepted twice" : ""
    return "two nodes \(verb) for the same bucket \(time)\(cause)\(extent)\(packets)\(holes)"
  }

  /// A node that gives way does so before others take over, so that buckets may have no owner in between. Told here
  /// only if clients were out of reach for longer: the clause about the outage then tells of that time, and not of the
  /// hole.
  private var holes: String {
    let outcome = told.result.outcome
    let hole = told.seconds(.holeTimeLongest)
    guard hole > 0, hole < told.seconds(.unreachedTimeLongest),
      let double = outcome.doubleFrom, let from = outcome.holeFrom, let last = edge(before: double),
      last.at <= from, edge(before: from)?.at == last.at
    else { return "" }
    return "; as one of them gave way, buckets had no owner for up to \(Readable.time(hole))"
  }

  /// The last edge of the fault plan at or before an instant.
  private func edge(before instant: Instant) -> FaultPlan.Edge? {
    FaultPlan(told.scenario.faults).edges.last { $0.at <= instant }
  }

  /// ` after lan was whole again at 40 s`: the last edge of the fault plan before the bucket had two owners.
  private var cause: String {
    guard let from = told.result.outcome.doubleFrom else { return "" }
    return edge(before: from).map {
      " after \(told.words.happened($0.fault, isEnd: $0.isEnd)) at \(Readable.moment($0.at))"
    } ?? ""
  }

  /// If a partition into two gave every bucket two owners, each part had all buckets.
  private var bothParts: String {
    let isSplit = told.scenario.faults.contains { fault in
      guard case .partition(let sides, _) = fault.kind else { return false }
      return FaultKind.sides(sides, of: told.scenario.nodes.count).count == 2
    }
    return isSplit ? ": each part of the farm had taken all of them" : ""
  }
}
