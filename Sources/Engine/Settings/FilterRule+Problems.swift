extension FilterRule {
  /// Adds what is wrong with the rule of this number. - Returns: the ports that it matches.
  func addProblems(
    rule i: Int, groupCount: Int, into problems: inout [SettingsProblem]
  ) -> PortSet {
    let set = portProblems(rule: i, into: &problems)
    problems.require(
      virtualIPs.count <= Limits.maximumVirtualIPs, .rule(i, .virtualIPs),
      seen: "\(virtualIPs.count) addresses", expected: "at most \(Limits.maximumVirtualIPs)")
    for n in virtualIPs.indices.dropFirst().prefix(Limits.maximumVirtualIPs) {
      problems.require(
        !virtualIPs[..<n].contains(virtualIPs[n]), .rule(i, .virtualIP(n)), seen: "there twice",
        expected: "each virtual IP once")
    }
    problems.require(
      group.index < groupCount, .rule(i, .group), seen: "group \(group.index)",
      expected: groupCount == 0 ? "a group that is configured" : "a group below \(groupCount)")
    if case .network(let v4, let v6) = identity { prefixProblems(rule: i, v4: v4, v6: v6, into: &problems) }
    return set
  }

  private func portProblems(rule i: Int, into problems: inout [SettingsProblem]) -> PortSet {
    var set = PortSet()
    guard problems.require(ports.count, in: 1...Limits.maximumPortRanges, .rule(i, .ports)) else {
      return set
    }
    for n in ports.indices {
      let range = ports[n]
      let isAscending = range.first <= range.last
      problems.require(
        isAscending, .rule(i, .portRange(n)), seen: "\(range.first)-\(range.last)",
        expected: "a range that ascends")
      problems.require(
        set.insert(range), .rule(i, .portRange(n)), seen: "\(range.first)-\(range.last), overlapping another",
        expected: "ranges that do not overlap")
    }
    return set
  }

  /// A prefix counts if the rule can match addresses of its kind; without virtual IPs it matches both.
  private func prefixProblems(
    rule i: Int, v4: UInt8, v6: UInt8, into problems: inout [SettingsProblem]
  ) {
    var meetsIPv4 = virtualIPs.isEmpty
    var meetsIPv6 = virtualIPs.isEmpty
    for address in virtualIPs {
      if address.isIPv4 { meetsIPv4 = true } else { meetsIPv6 = true }
    }
    problems.require(
      !meetsIPv4 || (1...32).contains(v4), .rule(i, .identity), seen: "an IPv4 prefix of \(v4)",
      expected: "1 to 32")
    problems.require(
      !meetsIPv6 || (1...128).contains(v6), .rule(i, .identity), seen: "an IPv6 prefix of \(v6)",
      expected: "1 to 128")
  }

  /// Whether this rule is about every virtual IP that the other one is about.
  func speaksOfAll(of other: FilterRule) -> Bool {
    if virtualIPs.isEmpty { return true }
    if other.virtualIPs.isEmpty { return false }
    for address in other.virtualIPs where !virtualIPs.contains(address) { return false }
    return true
  }
}
