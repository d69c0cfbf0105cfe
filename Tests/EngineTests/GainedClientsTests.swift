import Testing

@testable import Engine

/// A change of rules may bring a group clients of other buckets. A node releases such a group before it accepts again.
@Suite struct GainedClientsTests {
  private static let address = ClientIdentity.address
  private static let port = ClientIdentity.addressPort

  private static func rule(
    _ first: UInt16, _ last: UInt16, _ group: Int, _ identity: ClientIdentity = address,
    _ transport: Transport = .tcp, at address: [IPAddress] = []
  ) -> FilterRule {
    FilterRule(
      transport: transport, ports: [PortRange(first, last)], virtualIPs: address, group: GroupID(group),
      identity: identity)
  }

  private static func settings(_ rules: [FilterRule], _ unmatched: UnmatchedPolicy = .deny, groups: Int = 2)
    -> Settings
  {
    Settings(
      nodeCount: 3, groups: (0..<groups).map { GroupSettings(bucketCount: 12, hashSeed: UInt32($0)) },
      rules: rules,
      unmatched: unmatched)
  }

  private static func gaining(_ old: Settings, _ new: Settings) -> [Int] {
    (0..<8).filter { new.groupsGainingClients(from: old) >> UInt8($0) & 1 == 1 }
  }

  @Test func rulesThatComeAndGoBringNobodyFromElsewhere() {
    let web = Self.rule(80, 80, 0)
    let dns = Self.rule(53, 53, 1, Self.address, .udp)
    #expect(Self.gaining(Self.settings([web]), Self.settings([web, dns])) == [])
    #expect(Self.gaining(Self.settings([web, dns]), Self.settings([dns])) == [])
    #expect(Self.gaining(Self.settings([web, dns]), Self.settings([dns, web])) == [])
    #expect(Self.gaining(Self.settings([web], .defaultNode), Self.settings([web], .defaultNode)) == [])
    // The same port of the other transport, or of another address, is another client.
    #expect(
      Self.gaining(Self.settings([Self.rule(53, 53, 0)]), Self.settings([Self.rule(53, 53, 0), dns])) == [])
    let (a, b) = ([IPAddress(v4: 1)], [IPAddress(v4: 2)])
    let first = Self.rule(80, 80, 0, at: a)
    #expect(Self.gaining(Self.settings([first]), Self.settings([first, Self.rule(80, 80, 1, at: b)])) == [])
  }

  @Test func whoChangesGroupOrIdentityIsGained() {
    let old = Self.settings([Self.rule(80, 89, 0), Self.rule(443, 443, 1)])
    #expect(Self.gaining(old, Self.settings([Self.rule(80, 89, 1), Self.rule(443, 443, 1)])) == [1])
    #expect(
      Self.gaining(old, Self.settings([Self.rule(80, 89, 0, Self.port), Self.rule(443, 443, 1)])) == [0])
    // A rule before another one takes some of its clients.
    #expect(
      Self.gaining(old, Self.settings([Self.rule(85, 85, 1), Self.rule(80, 89, 0), Self.rule(443, 443, 1)]))
        == [1])
    // Rules that both lists begin with decide alike.
    let both = [Self.rule(80, 80, 0), Self.rule(1, 1000, 1)]
    #expect(Self.gaining(Self.settings(both), Self.settings(both + [Self.rule(2000, 2000, 0)])) == [])
  }

  @Test func theDefaultNodeGainsAndLoses() {
    let (web, mail) = (Self.rule(80, 80, 0), Self.rule(25, 25, 1))
    #expect(
      Self.gaining(Self.settings([web], .defaultNode), Self.settings([web, mail], .defaultNode)) == [1])
    #expect(
      Self.gaining(Self.settings([web, mail], .defaultNode), Self.settings([web], .defaultNode)) == [2])
    #expect(Self.gaining(Self.settings([web, mail]), Self.settings([web], .defaultNode)) == [2])
    #expect(Self.gaining(Self.settings([web]), Self.settings([web], .defaultNode)) == [])
  }

  /// A node that switches accepts nothing of a group that gains clients by the new rules, until the others have the new
  /// rules as well.
  @Test func aGroupThatGainsIsReleasedFirst() {
    let old = Self.settings([Self.rule(80, 80, 0), Self.rule(443, 443, 1)])
    let next = Self.settings([Self.rule(80, 80, 0, Self.port), Self.rule(443, 443, 1)])
    var farm = TestFarm(old)
    farm.startAll()
    farm.run(for: .seconds(3))
    #expect(farm.isWhole)
    for i in 1..<3 { farm.command(i, .stage(next)) }
    farm.run(for: .milliseconds(50))
    var node = farm.nodes[0]
    var actions: [Action] = []
    node.step(.command(.stage(next)), at: farm.now, into: &actions)
    let commits = actions.compactMap { if case .commit(let commit) = $0 { commit } else { nil } }
    #expect(commits.first?.settings == next)
    #expect(commits.first?.owned[0].isEmpty == true && commits.first?.owned[1].isEmpty == false)
    for i in farm.nodes.indices { farm.command(i, .stage(next)) }
    farm.run(for: .seconds(3))
    #expect(farm.nodes.allSatisfy { $0.settings == next } && farm.isWhole)
  }
}
