import Engine
import FarmFile
import Foundation
import Testing

@testable import LinuxBackend

/// Why a node is not heard: the preflight tells "blocked" from "not checked", on real machines with real firewalls.
@Suite(.serialized, .needsNamespaces)
struct SilenceTests {
  /// A machine that is there, but on which nothing was started, is not blocked.
  @Test(arguments: [[], SilenceTests.overIPv6])
  func aMachineWithoutAListenerIsNotBlocked(_ overrides: [String]) throws {
    let segment = try Segment(nodes: 2)
    let files = try PreflightTests.Files()
    let found = try PreflightTests.segment(segment, [files.setup(0, overrides)], seconds: 7)
    let text = "needs 'farmd preflight' at the same time on node2, node3"
    #expect(
      found[0][0].finding
        == .unanswered("\(text); there is the machine of node2, and nobody listens on its port"))
    #expect(PreflightTests.failures(found[0]) == [])
  }

  static let overIPv6 =
    (1...3).map { "linux.addresses.node\($0).lan=fd00:77::\($0)" } + [
      "farm.virtual_ip=fd00:77::100"
    ]

  /// A firewall on every machine, as is usual: each preflight reports it, names its own rule, and does not wait for the
  /// end.
  @Test(
    arguments: [
      (
        "table inet filter { chain input { type filter hook input priority 0; policy drop; ct state established,related accept; iif lo accept; icmp type echo-request accept; icmpv6 type { 133-137 } accept; tcp dport 22 accept; }; }",
        "'policy drop' in table inet filter, chain input"
      ),
      (
        "table ip f { chain c { type filter hook input priority 0; ct state new jump n; }; chain n { tcp dport 22 accept; udp dport 1-1000 accept; reject with icmp type admin-prohibited; }; }",
        "'reject with icmp admin-prohibited' in table ip f, chain n, handle 6"
      ),
    ])
  func aFirewallThatDropsHeartbeatsIsNamed(_ table: String, _ rule: String) throws {
    let segment = try Segment(nodes: 2)
    let files = try PreflightTests.Files()
    for node in segment.nodes {
      try node.shell(
        "nft -f - <<'END'\n\(table.replacing("; ", with: "\n").replacing("{ ", with: "{\n"))\nEND")
    }
    let start = Date()
    let text = files.text.replacing("[node1, node2, node3]", with: "[node1, node2]").replacing(
      #/    node3: .*\n/#, with: "")
    let setups = try (0..<2).map {
      DriverSetup(try DaemonFile.read(text: text, file: "f").get(), node: NodeID($0))
    }
    let found = try PreflightTests.segment(segment, setups, seconds: 60)
    #expect(Date().timeIntervalSince(start) < 20)
    for (node, other) in [(0, "node2"), (1, "node1")] {
      #expect(
        found[node][0].finding
          == .fails(
            "blocked: what comes from \(other) reaches eth0, and a packet filter of this machine drops it",
            fix: "let UDP port 7946 through on this machine: \(rule)"))
    }
  }

  /// The other machine lets nothing in, and no preflight was started on it.
  @Test(
    arguments: [
      (
        "drop",
        "blocked: the machine of node2 is there, and a packet filter on it or between drops UDP port 7946"
      ),
      ("reject with icmp type admin-prohibited", "blocked: the packet filter of node2 refuses UDP port 7946"),
    ])
  func aFirewallOfAnotherMachineIsNamed(_ verdict: String, _ words: String) throws {
    let segment = try Segment(nodes: 3)
    let files = try PreflightTests.Files()
    try segment.nodes[1].shell(
      "nft 'table ip f { chain c { type filter hook input priority 0; udp dport 7946 \(verdict); }; }'")
    let found = try PreflightTests.segment(segment, [files.setup(0)], seconds: 7)
    #expect(
      found[0][0].finding
        == .fails(
          "\(words); not heard of: node3",
          fix:
            "let UDP port 7946 through on node2: look for the rule there with 'nft list ruleset', 'ufw status' or 'firewall-cmd --list-all'"
        ))
  }
}
