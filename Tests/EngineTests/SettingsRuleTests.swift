import Engine
import Testing

/// Contradictions in rules.
@Suite struct SettingsRuleTests {
  private static let one = IPAddress(v4: 0xc000_0264)
  private static let two = IPAddress(v6: 0x2001_0db8 << 32, 1)

  private func rule(
    _ ports: [(UInt16, UInt16)], _ transport: Transport = .tcp, at addresses: [IPAddress] = [],
    group: Int = 0, identity: ClientIdentity = .address
  ) -> FilterRule {
    FilterRule(
      transport: transport, ports: ports.map { PortRange($0.0, $0.1) }, virtualIPs: addresses,
      group: GroupID(group), identity: identity)
  }

  private func problems(_ rules: [FilterRule]) -> [SettingsProblem] {
    Settings(nodeCount: 2, rules: rules).problems()
  }

  private func paths(_ rules: [FilterRule]) -> [SettingsPath] { problems(rules).map(\.path) }

  @Test func emptyReversedOverlappingAndTooManyPortsAreRefused() {
    #expect(paths([rule([])]) == [.rule(0, .ports)])
    #expect(paths([rule([(81, 80)])]) == [.rule(0, .portRange(0))])
    #expect(paths([rule([(80, 90), (90, 95)])]) == [.rule(0, .portRange(1))])
    #expect(paths([rule([(80, 90), (91, 95), (1, 79)])]) == [])
    #expect(paths([rule([(0, 65535), (65535, 65535)])]) == [.rule(0, .portRange(1))])
    let odd = (0..<65).map { (UInt16(2 * $0), UInt16(2 * $0)) }
    #expect(paths([rule(odd)]) == [.rule(0, .ports)])
    #expect(paths([rule(Array(odd.dropLast()))]) == [])
  }

  @Test func rangesOverlapExactlyIfSomePortIsInBoth() {
    var random = Xorshift(state: 77)
    for _ in 0..<5000 {
      // Around the edges of bitmap words.
      let ends = (0..<4).map { _ in UInt16(random.below(200)) }
      let a = (min(ends[0], ends[1]), max(ends[0], ends[1]))
      let b = (min(ends[2], ends[3]), max(ends[2], ends[3]))
      let meet = a.0 <= b.1 && b.0 <= a.1
      #expect(paths([rule([a, b])]) == (meet ? [.rule(0, .portRange(1))] : []))
    }
  }

  @Test func addressesGroupsAndIdentities() {
    let (one, two) = (SettingsRuleTests.one, SettingsRuleTests.two)
    #expect(paths([rule([(1, 1)], at: [one, two, one])]) == [.rule(0, .virtualIP(2))])
    let many = (0..<65).map { IPAddress(v4: UInt32($0)) }
    #expect(paths([rule([(1, 1)], at: many)]) == [.rule(0, .virtualIPs)])
    #expect(paths([rule([(1, 1)], group: 1)]) == [.rule(0, .group)])
    #expect(
      Settings(nodeCount: 2, rules: [rule([(1, 1)], group: 1)], unmatched: .defaultNode).problems().count
        == 1,
      "the hidden group is nobody's to name")
    func identity(_ v4: UInt8, _ v6: UInt8, _ addresses: [IPAddress]) -> [SettingsPath] {
      paths([rule([(1, 1)], at: addresses, identity: .network(v4: v4, v6: v6))])
    }
    let wrong = [SettingsPath.rule(0, .identity)]
    #expect(identity(24, 64, []) == [] && identity(32, 128, []) == [] && identity(1, 1, []) == [])
    #expect(identity(0, 64, []) == wrong && identity(33, 64, []) == wrong)
    #expect(identity(24, 0, []) == wrong && identity(24, 129, []) == wrong)
    #expect(identity(24, 0, [one]) == [] && identity(0, 64, [two]) == [])
    #expect(identity(0, 64, [one]) == wrong && identity(24, 0, [one, two]) == wrong)
  }

  @Test func aRuleBehindAWiderOneIsNeverReached() {
    let (one, two) = (SettingsRuleTests.one, SettingsRuleTests.two)
    let wide = rule([(0, 100)])
    #expect(paths([wide, rule([(80, 80)])]) == [.rule(1, .entire)])
    #expect(paths([rule([(80, 80)]), wide]) == [], "the narrower one first is how it is meant")
    #expect(paths([wide, rule([(80, 80)], .udp)]) == [])
    #expect(paths([wide, rule([(80, 101)])]) == [])
    #expect(paths([wide, rule([(80, 80)], at: [one])]) == [.rule(1, .entire)])
    #expect(paths([rule([(80, 80)], at: [one]), rule([(80, 80)])]) == [])
    #expect(paths([rule([(80, 80)], at: [one]), rule([(80, 80)], at: [two])]) == [])
    #expect(paths([rule([(80, 80)], at: [two, one]), rule([(80, 80)], at: [one])]) == [.rule(1, .entire)])
    #expect(
      problems([rule([(1, 1)]), wide, rule([(80, 80)])]).map(\.seen)
        == ["never reached: rule 1 takes all its packets"])
  }

  /// Several rules cover one if they take all its ports at each of its addresses.
  @Test func aRuleBehindSeveralThatCoverItIsNeverReached() {
    let (one, two) = (SettingsRuleTests.one, SettingsRuleTests.two)
    let low = rule([(0, 79)])
    let high = rule([(80, 90)])
    #expect(paths([low, high, rule([(70, 85)])]) == [.rule(2, .entire)])
    #expect(paths([low, rule([(81, 90)]), rule([(70, 85)])]) == [])
    let atOne = rule([(5, 9)], at: [one])
    let atTwo = rule([(5, 9)], at: [two])
    #expect(paths([atOne, atTwo, rule([(5, 9)], at: [two, one])]) == [.rule(2, .entire)])
    #expect(paths([atOne, atTwo, rule([(5, 9)])]) == [], "there may be a third address")
    #expect(paths([atOne, rule([(5, 8)], at: [two]), rule([(5, 9)], at: [two, one])]) == [])
  }
}
