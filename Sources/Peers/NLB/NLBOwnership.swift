import Engine

/// The buckets that a host serves, and those that it is to serve by the plan in force.
struct NLBOwnership: Sendable {
  /// By rule; the default rule is the last.
  private(set) var held: [NLBMap]
  private var target: [NLBMap]

  init(ruleCount: Int) {
    held = [NLBMap](repeating: .empty, count: ruleCount)
    target = held
  }

  /// The same with another number of rules: those that are new have no bucket yet.
  func fitted(to ruleCount: Int) -> NLBOwnership {
    var other = NLBOwnership(ruleCount: ruleCount)
    for i in 0..<Swift.min(ruleCount, held.count) - 1 { other.held[i] = held[i] }
    other.held[ruleCount - 1] = held[held.count - 1]
    other.target = other.held
    return other
  }

  /// Those that it serves until their new owner does.
  var leaving: [NLBMap] { held.indices.map { held[$0].subtracting(target[$0]) } }

  var isEmpty: Bool { held.allSatisfy { $0.isEmpty } }

  /// What the host's heartbeat says of each rule.
  /// - Parameter new: what it is to serve, once a plan is made.
  func reports(
    _ settings: NLBSettings, new: [NLBMap]?, flows: NLBFlows, isDraining: Bool, hasConverged: Bool
  ) -> [NLBRuleReport] {
    let leaving = leaving
    return held.indices.map { i in
      let rule = i < settings.rules.count ? settings.rules[i] : nil
      return NLBRuleReport(
        code: rule?.code ?? 0, current: held[i], new: new?[i] ?? .empty,
        idle: flows.idle(i, of: settings.assumed.bucketCount, held: held[i]),
        ready: hasConverged ? leaving[i] : .empty,
        weight: isDraining ? 0 : UInt32(rule?.offer ?? settings.priority))
    }
  }

  /// Notes what it is to serve by a plan that is not yet in force.
  mutating func aim(at maps: [NLBMap]) { target = maps }

  /// Puts a plan in force: takes what is new, and keeps for now what is to go.
  /// - Returns: how many buckets of each rule are new.
  mutating func adopt(_ maps: [NLBMap]) -> [Int] {
    let gained = maps.indices.map { maps[$0].subtracting(held[$0]).count }
    target = maps
    for i in held.indices { held[i] = held[i].union(maps[i]) }
    return gained
  }

  /// Gives up what others serve now, and what nobody is to serve.
  /// - Parameters:
  ///   - announced: by rule, what new owners say that they serve.
  ///   - planned: by rule, what anybody is to serve; `nil` while the plan is not yet in force here.
  /// - Returns: how many buckets of each rule were given up.
  mutating func giveUp(announced: [NLBMap], planned: [NLBMap]?) -> [Int] {
    let leaving = leaving
    return held.indices.map { i in
      let kept = leaving[i].intersection(planned?[i] ?? leaving[i]).subtracting(announced[i])
      let gone = leaving[i].subtracting(kept)
      held[i] = held[i].subtracting(gone)
      return gone.count
    }
  }
}
