import Engine
import Foundation
import LinuxBackend
import Testing

/// The compiled rules of a small farm as a file, which people can read and the benchmark of the filter's cost loads.
/// `UPDATE_GOLDEN=1` writes it anew.
@Suite struct FilterGoldenTests {
  @Test func theRulesOfASmallFarmAreThoseOfTheFile() throws {
    let settings = Settings(
      nodeCount: 4, groups: [GroupSettings(bucketCount: 256, hashSeed: 0xfa12)],
      rules: [
        FilterRule(transport: .tcp, ports: [PortRange(80, 80)], group: GroupID(0), identity: .addressPort),
        FilterRule(transport: .udp, ports: [PortRange(5300, 5300)], group: GroupID(0), identity: .address),
      ])
    let text = RuleCompiler(settings: settings, virtualIPs: [IPAddress(v4: 0x0a4d_0064)]).compile()
      .table(named: "farm")
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Benchmarks/peers/farm-filter.nft").standardized
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }
}
