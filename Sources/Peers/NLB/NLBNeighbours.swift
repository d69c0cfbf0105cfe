import Engine

/// The other hosts as one host hears them.
///
/// A member is a host whose heartbeat came within the tolerance. What a host said last is kept beyond that, to tell a
/// host that comes back from one that starts.
struct NLBNeighbours: Sendable {
  /// What a heartbeat brings.
  enum News: Sendable {
    case nothing
    /// It starts, or has never been heard.
    case joined
    /// It was lost and is the same as before.
    case returned
    /// Its priority, rules or weights are others.
    case changed
  }

  private(set) var members = NodeSet.empty
  /// By node id; a host that was never heard has none.
  private var heard = [NLBHeartbeat?](repeating: nil, count: NLBSettings.maximumHosts)
  private var heardAt = [Instant](repeating: .zero, count: NLBSettings.maximumHosts)

  /// - Precondition: the node's index is below ``NLBSettings/maximumHosts``.
  mutating func hear(_ heartbeat: NLBHeartbeat, from node: NodeID, at now: Instant) -> News {
    let before = heard[node.index]
    let isMember = members.contains(node)
    heard[node.index] = heartbeat
    heardAt[node.index] = now
    members.insert(node)
    guard let before, before.hostCode == heartbeat.hostCode else { return .joined }
    if !isMember { return .returned }
    return heartbeat.isChanged(since: before) ? .changed : .nothing
  }

  /// Removes the members that have said nothing for so long. - Returns: those members.
  mutating func removeSilent(for tolerance: Duration, at now: Instant) -> NodeSet {
    var silent = NodeSet.empty
    for node in members where now - heardAt[node.index] >= tolerance { silent.insert(node) }
    members = members.subtracting(silent)
    return silent
  }

  /// What a member said last. - Precondition: it is one.
  func heartbeat(of node: NodeID) -> NLBHeartbeat {
    guard let heartbeat = heard[node.index] else { preconditionFailure("a member that was never heard") }
    return heartbeat
  }

  /// Every member's heartbeat and a host's own.
  func announced(with own: NLBHeartbeat, of id: NodeID) -> [(node: NodeID, heartbeat: NLBHeartbeat)] {
    [(id, own)] + members.map { ($0, heartbeat(of: $0)) }
  }

  /// By rule, the buckets that members say they serve; with a plan only those of members in whom it is in force.
  func served(ruleCount: Int, by plan: NLBPlan? = nil) -> [NLBMap] {
    var all = [NLBMap](repeating: .empty, count: ruleCount)
    for node in members {
      let said = heartbeat(of: node)
      if plan != nil && said.stage != .converged { continue }
      let maps = plan?.maps(of: node)
      for i in all.indices where i < said.rules.count {
        let current = said.rules[i].current
        all[i] = all[i].union(maps.map { current.intersection($0[i]) } ?? current)
      }
    }
    return all
  }

  /// Whether every member is as far as a host that is in this stage and has this plan.
  func agree(_ stage: NLBStage, _ plan: NLBPlan) -> Bool {
    for node in members {
      let said = heartbeat(of: node)
      if said.stage < stage { return false }
      if stage < .mapping ? said.stage == .converged : !said.announces(plan.maps(of: node)) { return false }
    }
    return true
  }

  /// Whether a member has come as far as to a plan, and to another one.
  func contradict(_ plan: NLBPlan) -> Bool {
    for node in members {
      let said = heartbeat(of: node)
      if said.stage >= .mapping && !said.announces(plan.maps(of: node)) { return true }
    }
    return false
  }

  /// What keeps these hosts from converging, and the member that it is about.
  /// - Parameter singleRules: whether each rule is for a single host, the default rule excluded.
  func obstacle(_ own: NLBHeartbeat, singleRules: [Bool]) -> (cause: NLBCause, node: NodeID)? {
    for node in members where !heartbeat(of: node).hasRules(of: own) { return (.differentRules, node) }
    for node in members {
      let said = heartbeat(of: node)
      var others = [own]
      for other in members where other < node { others.append(heartbeat(of: other)) }
      for other in others {
        if other.priority == said.priority { return (.duplicateHostID, node) }
        for rule in singleRules.indices where singleRules[rule] && said.rules[rule].weight > 0 {
          if said.rules[rule].weight == other.rules[rule].weight { return (.duplicateSinglePriority, node) }
        }
      }
    }
    return nil
  }
}
