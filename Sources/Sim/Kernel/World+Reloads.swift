import Engine

/// Nodes whose farm file was changed.
extension World {
  /// The file of some nodes has changed: daemons that run stage it, the others read it when they start.
  mutating func reload(_ settings: Settings, on nodes: NodeSet) {
    let file = configuration { $0 == settings }
    removals.allow(settings.heartbeat)
    for n in nodes {
      machines[n.index].file = file
      give(.command(.stage(settings)), to: n.index)
    }
  }

  /// Which of the scenario's configurations some settings are.
  func configuration(_ isMeant: (Settings) -> Bool) -> Int {
    guard let index = tables.firstIndex(where: { isMeant($0.settings) }) else {
      preconditionFailure("settings that no file of the scenario has")
    }
    return index
  }

  /// A node's kernel has the rules of a configuration.
  mutating func installRules(_ n: Int, configuration: Int) {
    traffic.setRules(RuleSet(tables[configuration].settings), of: NodeID(n))
  }

  /// The configuration that a daemon goes on with: what the one before it left, or its file's.
  func configuration(of n: Int, resuming left: Resumption?) -> Int {
    guard let left else { return machines[n].file }
    return configuration { $0.digest == left.configuration }
  }
}
