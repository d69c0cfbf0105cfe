/// Which buckets get other clients by a change of the configuration.
extension Settings {
  /// The groups that get clients which other buckets had before: those of another group, or of the same one by another
  /// identity. A bit for each of ``ownershipGroups``.
  ///
  /// Two nodes, one with the old rules and one with the new, would both accept such a client. A client that no rule had
  /// before, or that none has now, makes no difference. The answer errs on the side of caution: a rule behind others
  /// counts for all that it can match, unless both configurations begin with the same rules up to it.
  /// - Complexity: O(rules * rules), once a configuration.
  func groupsGainingClients(from old: Settings) -> UInt8 {
    let hasFallback = unmatched == .defaultNode
    let hadFallback = old.unmatched == .defaultNode
    var first = 0
    while first < rules.count, first < old.rules.count, rules[first] == old.rules[first] { first += 1 }
    var gaining: UInt8 = 0
    for rule in rules[first...] {
      let bit: UInt8 = 1 << UInt8(rule.group.index)
      if gaining & bit != 0 { continue }
      if hadFallback, !old.rules.contains(rule) { gaining |= bit }
      for former in old.rules[first...] where former.group != rule.group || former.identity != rule.identity {
        if rule.meets(former) {
          gaining |= bit
          break
        }
      }
    }
    guard hasFallback else { return gaining }
    let fallback: UInt8 = 1 << UInt8(groups.count)
    if hadFallback, old.groups.count != groups.count { gaining |= fallback }
    for former in old.rules[first...] where !rules.contains(former) { gaining |= fallback }
    return gaining
  }
}

extension FilterRule {
  /// Whether some packet fits both rules.
  func meets(_ other: FilterRule) -> Bool {
    guard transport == other.transport else { return false }
    var sharesAddress = virtualIPs.isEmpty || other.virtualIPs.isEmpty
    for address in virtualIPs where other.virtualIPs.contains(address) { sharesAddress = true }
    guard sharesAddress else { return false }
    for a in ports {
      for b in other.ports where a.first <= b.last && b.first <= a.last { return true }
    }
    return false
  }
}
