extension Settings {
  /// Adds what is wrong with each rule, then the rules that can never match.
  func ruleProblems(into problems: inout [SettingsProblem]) {
    guard problems.require(rules.count, in: 0...Limits.maximumRules, .rules) else { return }
    let before = problems.count
    var ports: [PortSet] = []
    for i in rules.indices {
      ports.append(rules[i].addProblems(rule: i, groupCount: groups.count, into: &problems))
    }
    // A rule that is wrong itself says nothing certain about the others.
    if problems.count == before { shadowingProblems(ports, into: &problems) }
  }

  /// Adds the rules whose packets are all taken by earlier ones, by one alone or by several together. O(rules
  /// squared), each step over a bitmap of ports.
  private func shadowingProblems(_ ports: [PortSet], into problems: inout [SettingsProblem]) {
    for later in rules.indices.dropFirst() {
      var single: Int?
      for earlier in 0..<later where single == nil {
        let rule = rules[earlier]
        if rule.transport == rules[later].transport, rule.speaksOfAll(of: rules[later]),
          ports[later].isSubset(of: ports[earlier])
        {
          single = earlier
        }
      }
      if let single {
        problems.append(
          SettingsProblem(
            path: .rule(later, .entire), seen: "never reached: rule \(single) takes all its packets",
            expected: "the narrower rule first"))
      } else if isTakenByEarlierTogether(later, ports) {
        problems.append(
          SettingsProblem(
            path: .rule(later, .entire), seen: "never reached: earlier rules together take all its packets",
            expected: "the narrower rule first"))
      }
    }
  }

  private func isTakenByEarlierTogether(_ later: Int, _ ports: [PortSet]) -> Bool {
    let rule = rules[later]
    if rule.virtualIPs.isEmpty { return isTaken(later, at: nil, ports) }
    for address in rule.virtualIPs where !isTaken(later, at: address, ports) { return false }
    return true
  }

  /// Whether earlier rules take every port of a rule at one virtual IP, or with `nil` at whichever there is.
  private func isTaken(_ later: Int, at address: IPAddress?, _ ports: [PortSet]) -> Bool {
    var taken = PortSet()
    for earlier in 0..<later where rules[earlier].transport == rules[later].transport {
      let addresses = rules[earlier].virtualIPs
      if addresses.isEmpty || address.map({ addresses.contains($0) }) == true {
        taken.formUnion(ports[earlier])
      }
    }
    return ports[later].isSubset(of: taken)
  }
}
