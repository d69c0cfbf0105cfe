extension Settings {
  /// Every contradiction in these settings at once, in the order of the fields; empty if there is none.
  ///
  /// Any values may be given: nothing traps. Two settings that contradict each other are reported at the one
  /// that is more likely wrong, and only if each is in its range.
  public func problems() -> [SettingsProblem] {
    var problems: [SettingsProblem] = []
    let hasNodes = problems.require(nodeCount, in: 1...Limits.maximumNodes, .nodes)
    networkProblems(into: &problems)
    if heartbeat.rangeProblems(into: &problems) {
      heartbeat.relationProblems(hasPeers: nodeCount != 1, into: &problems)
    }
    let hasGroups = problems.require(groups.count, in: 1...Limits.maximumGroups, .groups)
    if hasGroups && ownershipGroups.count > Limits.maximumGroups {
      problems.append(
        SettingsProblem(
          path: .unmatched, seen: "default_node beside \(groups.count) groups",
          expected: "at most \(Limits.maximumGroups - 1) groups, since it takes one of its own"))
    }
    if hasGroups {
      for i in groups.indices {
        groups[i].addProblems(group: i, nodeCount: hasNodes ? nodeCount : nil, into: &problems)
      }
    }
    ruleProblems(into: &problems)
    life.addProblems(into: &problems)
    problems.require(
      life.alone != .quorum || nodeCount > 2 || !hasNodes, .life(.alone),
      seen: "quorum with \(nodeCount) nodes",
      expected: "at least 3 nodes, since of fewer none can fail and leave more than half")
    problems.require(flows.grace, in: Limits.waiting, .flows(.grace))
    return problems
  }

  private func networkProblems(into problems: inout [SettingsProblem]) {
    guard problems.require(networks.count, in: 1...Limits.maximumNetworks, .networks) else { return }
    for network in networks where network.carriesService { return }
    problems.append(
      SettingsProblem(
        path: .networks, seen: "\(networks.count) without the service",
        expected: "one that carries the service, so that a split that clients see is seen here too"))
  }
}
