import Engine
import FarmFile
import Foundation
import Testing

@testable import LinuxBackend

/// Rules of others that keep connections from being tracked. The findings are checked against the kernel: a TCP
/// connection is opened behind the farm's filter, with the rule in place.
@Suite(.enabled(if: Sandbox.isPossible, "needs root, nftables and /dev/net/tun"))
struct TrackingHazardTests {
  static let farm = Farm(
    nodes: ["a", "b"], virtualIPs: Sandbox.virtualIPs, groups: ["default"], networks: ["lan"],
    settings: FilterFlowTests.settings)

  static func chain(
    _ rule: String, _ hook: String = "prerouting", _ priority: String = "raw", family: String = "inet"
  )
    -> String
  {
    "table \(family) theirs { set web { type inet_service; elements = { 80, 443 }; }; set other { type inet_service; elements = { 81 }; }; chain c { type filter hook \(hook) priority \(priority); \(rule); }; }"
  }

  /// The table, and whether it breaks connections over IPv4 and over IPv6.
  static let rules: [(String, Bool, Bool)] = [
    (chain("tcp dport 80 notrack"), true, true),
    (chain("tcp sport 80 notrack", "output"), true, true),
    (chain("notrack", family: "ip"), true, false),
    (chain("ip6 daddr fd00:77::/64 tcp dport 1-100 notrack"), false, true),
    (chain("ip daddr 10.77.0.0/24 tcp dport { 80, 443 } counter notrack"), true, false),
    (chain("tcp dport @web notrack"), true, true),
    (chain("tcp flags syn notrack"), true, true),
    (chain("iifname \"tun*\" meta l4proto tcp notrack"), true, true),
    (chain("tcp dport 80 ct zone set 5"), true, true),
    (chain("tcp dport vmap { 80 : jump sub }; }; chain sub { notrack"), true, true),
    // Rules about other packets, and rules that come too late.
    (chain("tcp dport 81 notrack"), false, false),
    (chain("udp dport 80 notrack"), false, false),
    (chain("tcp dport @other notrack"), false, false),
    (chain("tcp sport 80 notrack"), false, false),
    (chain("tcp dport 80 notrack", "output"), false, false),
    (chain("ip daddr 10.77.0.7 notrack; ip6 daddr fd00:77::7 notrack"), false, false),
    (chain("iifname \"eth9\" notrack"), false, false),
    (chain("tcp dport 80 accept; notrack"), false, false),
    (chain("tcp dport != 80 notrack"), false, false),
    (chain("tcp dport 80 notrack", "prerouting", "filter"), false, false),
    (chain("tcp dport vmap { 81 : jump sub }; }; chain sub { notrack"), false, false),
    (chain("ct state invalid drop", "input", "filter"), false, false),
    (
      chain("ct state established,related accept; tcp dport 80 ct state new accept; drop", "input", "filter"),
      false, false
    ),
  ]

  @Test(arguments: rules.indices, [true, false])
  func whatIsFoundIsWhatTheKernelDoes(_ index: Int, isIPv4: Bool) throws {
    let (table, v4, v6) = Self.rules[index]
    let outcome = try Sandbox.run { sandbox in
      let (filter, server) = try FilterFlowTests.open(sandbox)
      defer { close(server) }
      try sandbox.shell(
        "nft -f - <<'END'\n\(table.replacing("; ", with: "\n").replacing("{ type", with: "{\ntype"))\nEND")
      var client = FilterFlowTests.client(sandbox, 1, isIPv4: isIPv4)
      let lives = client.open() && client.isAlive()
      withExtendedLifetime(filter) {}
      return (lives, try TrackingHazards(farm: Self.farm, interface: "tun0").find())
    }
    #expect(outcome.0 == !(isIPv4 ? v4 : v6), "\(table)")
    #expect(outcome.1.isEmpty == !(v4 || v6), "\(table): \(outcome.1)")
    #expect(outcome.1.allSatisfy { $0.table == "theirs" && $0.text.contains(/notrack|ct zone set/) })
  }

  @Test func aRuleIsNamedAndItsCommandTakesItAway() throws {
    let found = try Sandbox.run { sandbox in
      let (filter, server) = try FilterFlowTests.open(sandbox)
      defer { close(server) }
      try sandbox.shell(
        "nft 'table ip raw { chain pre { type filter hook prerouting priority -300; tcp dport 80-90 counter notrack; }; }'"
      )
      let search = TrackingHazards(farm: Self.farm, interface: "tun0")
      let found = try search.find()
      for rule in found { try sandbox.shell(rule.removal) }
      withExtendedLifetime(filter) {}
      return (found, try search.find())
    }
    #expect(
      found.0.map(\.words) == ["'tcp dport 80-90 counter notrack' in table ip raw, chain pre, handle 2"])
    #expect(found.1 == [])
  }

  /// The watch reports rules of others, and nothing that a filter does at every tick.
  @Test func onlyRulesOfOthersAreNews() throws {
    let news = try Sandbox.run { sandbox in
      let (filter, server) = try FilterFlowTests.open(sandbox)
      defer { close(server) }
      let watch = try RulesetWatch(table: "farm")
      var news = [watch.hasChanged()]
      for _ in 0..<5 { try filter.renewLease(for: .seconds(1)) }
      try filter.commit(FilterFlowTests.commit(FilterFlowTests.none))
      news.append(watch.hasChanged())
      try sandbox.shell(
        "nft 'table ip raw { set s { type ipv4_addr; }; chain c { type filter hook prerouting priority -300; }; }'"
      )
      news.append(watch.hasChanged())
      news.append(watch.hasChanged())
      try sandbox.shell("nft add rule ip raw c notrack")
      news.append(watch.hasChanged())
      try sandbox.shell("nft add element ip raw s { 10.0.0.1 }")
      news.append(watch.hasChanged())
      try sandbox.shell("nft flush ruleset")
      news.append(watch.hasChanged())
      return news
    }
    #expect(news == [true, false, true, false, true, true, true])
  }
}
