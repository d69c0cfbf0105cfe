import Engine
import FarmFile

/// Nodes whose farm file was changed.
extension World {
  /// The file of some nodes has changed: running daemons stage it, the others read it when they start.
  mutating func reload(_ reload: Reload, on nodes: NodeSet) {
    let file = files.file(of: reload)
    removals.allow(reload.settings.heartbeat)
    for n in nodes {
      guard n.index < reload.farm.nodes.count else {
        if machines[n.index].isDaemonRunning { story.cannotFollow(n, at: now) }
        continue
      }
      machines[n.index].file = file
      give(.command(.stage(reload.settings)), to: n.index)
      if machines[n.index].canStep { readPolicy(n.index) }
    }
  }

  /// The file whose node-local policy a daemon follows: its checkers, its application commands, and `notify:`.
  borrowing func policy(of n: Int) -> Farm { files.all[machines[n].policy] }

  /// A daemon that has read its file again follows the new node-local policy at once. A node that served does so until
  /// one of its new checkers fails.
  mutating func readPolicy(_ n: Int) {
    if machines[n].policy == machines[n].file { return }
    let before = policy(of: n)
    machines[n].policy = machines[n].file
    let next = policy(of: n)
    if !tellers.isEmpty, next.notify != before.notify { tellers[n].replace(next.notify, nodes[n]) }
    if checks.isEmpty || next.checkers == before.checkers && next.application == before.application { return }
    beginChecks(n, isServing: checks[n].health.isHealthy ?? false)
  }

  /// A node's kernel has the rules of a configuration, and reads clients' packets by them.
  mutating func readPackets(_ n: Int, by configuration: Int) {
    traffic.setRules(
      RuleSet(files.tables[configuration].settings), of: NodeID(n),
      serving: NodeSet(bits: meters.coverage.listening), at: now)
  }

  /// A daemon starts with a configuration. If the filter has other groups, an empty, closed one replaces it at once.
  mutating func installRules(_ n: Int, configuration: Int) {
    readPackets(n, by: configuration)
    guard !files.spaces.areSame(filters[n].rules, configuration) else {
      return filters[n].begin(configuration)
    }
    let before = filters[n].state
    let groups = files.tables[configuration].settings.ownershipGroups
    filters[n].begin(configuration, bucketCounts: groups.map(\.bucketCount))
    filterChanged(n, from: before, issued: nil)
  }

  /// A node's daemon has switched to the settings that it had staged.
  mutating func switched(_ n: Int) {
    let former = machines[n].inForce
    let settings = nodes[n].settings
    machines[n].inForce = files.configuration { $0 == settings }
    meters.shares.take(settings, spaces: files.spaces.spaces(of: machines[n].inForce))
    phases.duesChanged(dues, at: now)
    story.switched(NodeID(n), to: files.groups(of: machines[n].inForce), of: scenario)
    // By other rules the kernel may count other flows to the same buckets.
    if traffic.haveMeanings || !files.spaces.areSame(former, machines[n].inForce) {
      for s in files.spaces.all.indices { machines[n].toldFlows[s] = nil }
    }
  }

  /// The number that a group of the scenario's own file has at a node, and its space; `nil` if the node has no such
  /// group.
  func place(of group: GroupID, at n: Int) -> (group: GroupID, space: GroupID)? {
    guard let found = files.group(group, in: machines[n].inForce) else { return nil }
    return (found, GroupID(files.spaces.spaces(of: machines[n].inForce)[found.index]))
  }

  /// The configuration that a daemon starts with: the one that its predecessor left, or its file's.
  func configuration(of n: Int, resuming left: Resumption?) -> Int {
    guard let left else { return files.configuration(of: machines[n].file) }
    return files.configuration { $0.digest == left.configuration }
  }
}
