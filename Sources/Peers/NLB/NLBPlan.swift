import Engine

/// Which buckets of every rule each member gets.
///
/// It is a pure function of what the members announce: priorities, weights and the buckets that they have now. So hosts
/// that have heard the same work out the same plan, and a heartbeat's new map shows whether they have.
///
/// - A rule for multiple hosts: each host's quota is its share by weight, rounded by largest remainder. In the order of
///   host priorities, each keeps what it has up to its quota; what is left over goes to those below their quota.
/// - A rule for a single host: all buckets to the lowest handling priority.
/// - The default rule: all buckets to the lowest host priority.
///
/// A draining host offers 0 for every rule and so gets nothing.
struct NLBPlan: Sendable, Hashable {
  /// By host priority.
  private let members: [NodeID]
  /// By member, then rule; the default rule is the last.
  private let maps: [[NLBMap]]
  private let ruleCount: Int

  /// Nobody has anything.
  init(ruleCount: Int) { (members, maps, self.ruleCount) = ([], [], ruleCount) }

  /// - Parameter announced: what each member announces, with the rules that all of them have.
  init(_ announced: [(node: NodeID, heartbeat: NLBHeartbeat)], settings: NLBSettings) {
    let sorted = announced.sorted {
      ($0.heartbeat.priority, $0.node.index) < ($1.heartbeat.priority, $1.node.index)
    }
    ruleCount = settings.rules.count + 1
    members = sorted.map { $0.node }
    var maps = [[NLBMap]](repeating: [], count: sorted.count)
    let buckets = settings.assumed.bucketCount
    for rule in 0..<ruleCount {
      let filtering = rule < settings.rules.count ? settings.rules[rule].filtering : .single
      let reports = sorted.map { $0.heartbeat.rules[rule] }
      let shares =
        switch filtering {
        case .multiple:
          NLBPlan.share(buckets, among: reports, movesFewest: settings.assumed.movesFewest)
        case .single: NLBPlan.giveAll(buckets, to: reports)
        case .disabled: reports.map { _ in NLBMap.empty }
        }
      for i in shares.indices { maps[i].append(shares[i]) }
    }
    self.maps = maps
  }

  /// A member's buckets by rule; none of a host that is no member.
  func maps(of node: NodeID) -> [NLBMap] {
    for i in members.indices where members[i] == node { return maps[i] }
    return [NLBMap](repeating: .empty, count: ruleCount)
  }

  /// By rule, the buckets that anybody gets.
  var assigned: [NLBMap] {
    var all = [NLBMap](repeating: .empty, count: ruleCount)
    for member in maps {
      for i in all.indices { all[i] = all[i].union(member[i]) }
    }
    return all
  }

  /// The host with the default rule; `nil` if every member drains.
  var defaultHost: NodeID? {
    for i in members.indices where !maps[i][ruleCount - 1].isEmpty { return members[i] }
    return nil
  }

  private static func giveAll(_ buckets: Int, to reports: [NLBRuleReport]) -> [NLBMap] {
    var best: Int?
    for i in reports.indices where reports[i].weight > 0 {
      if best.map({ reports[i].weight < reports[$0].weight }) ?? true { best = i }
    }
    return reports.indices.map { $0 == best ? NLBMap(first: buckets) : .empty }
  }

  private static func share(_ buckets: Int, among reports: [NLBRuleReport], movesFewest: Bool) -> [NLBMap] {
    let quotas = quotas(of: buckets, weights: reports.map { Int($0.weight) })
    var free = NLBMap(first: buckets)
    var maps: [NLBMap] = []
    for i in reports.indices {
      let kept = movesFewest ? reports[i].current.intersection(free).lowest(quotas[i]) : .empty
      maps.append(kept)
      free = free.subtracting(kept)
    }
    for i in maps.indices {
      let more = free.lowest(quotas[i] - maps[i].count)
      maps[i] = maps[i].union(more)
      free = free.subtracting(more)
    }
    return maps
  }

  /// Whole shares by largest remainder; ties go to the first. All are 0 if all weights are.
  private static func quotas(of buckets: Int, weights: [Int]) -> [Int] {
    var sum = 0
    for weight in weights { sum += weight }
    if sum == 0 { return weights }
    var quotas = weights.map { buckets * $0 / sum }
    var remainders = weights.map { buckets * $0 % sum }
    var left = buckets
    for quota in quotas { left -= quota }
    while left > 0 {
      var best = 0
      for i in remainders.indices where remainders[i] > remainders[best] { best = i }
      quotas[best] += 1
      remainders[best] = -1
      left -= 1
    }
    return quotas
  }
}
