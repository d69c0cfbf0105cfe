import Engine
import Testing

/// Which datagram carries what.
@Suite struct WirePlanTests {
  @Test func aFarmOf32NodesAndAGroupOf1024BucketsFitOneEthernetFrame() {
    let plan = HeartbeatPlan(nodeCount: 32, bucketCounts: [1024])
    #expect(plan.parts.count == 1 && plan.parts[0].length == 88 + 2 + 32 * 36 + 21 + 128)
    #expect(plan.parts[0].length + 32 + 48 <= 1500, "with authentication, UDP and IPv6")
    let withUnmatched = Settings(
      nodeCount: 32, groups: [GroupSettings(bucketCount: 1024)], unmatched: .defaultNode)
    #expect(HeartbeatPlan(withUnmatched).parts.count == 1)
  }

  @Test func theLargestFarmIsFiveDatagrams() {
    let plan = HeartbeatPlan(nodeCount: 64, bucketCounts: [Int](repeating: 4096, count: 8))
    #expect(plan.parts.count == 5 && plan.parts.count <= Limits.maximumParts)
  }

  @Test func everyNodeAndGroupIsInExactlyOnePartAndEveryPartFits() {
    let combinations: [[Int]] = [
      [], [1], [256], [1024], [4096], [1, 1, 1, 1, 1, 1, 1, 1], [4096, 1, 4096, 1], [1024, 4096, 251, 64],
      [2048, 2048, 2048], [Int](repeating: 4096, count: 8), [64, 65, 127, 128, 4095, 4096, 1, 2],
    ]
    for nodeCount in 1...64 {
      for buckets in combinations {
        let plan = HeartbeatPlan(nodeCount: nodeCount, bucketCounts: buckets)
        #expect(plan.parts.flatMap { Array($0.nodes) } == Array(0..<nodeCount))
        #expect(plan.parts.flatMap { Array($0.groups) } == Array(buckets.indices))
        var total = 0
        for part in plan.parts {
          let groupBytes = part.groups.reduce(0) { $0 + 21 + (buckets[$1] + 63) / 64 * 8 }
          #expect(part.length == 88 + (part.nodes.isEmpty ? 0 : 2 + 36 * part.nodes.count) + groupBytes)
          #expect(part.length <= Limits.maximumDatagramBytes)
          total += part.length - 88
        }
        #expect(plan.parts.count <= Limits.maximumParts)
        let fitsOne = total <= Limits.maximumDatagramBytes - 88
        #expect(!fitsOne || plan.parts.count == 1, "no second part without need")
      }
    }
  }
}
