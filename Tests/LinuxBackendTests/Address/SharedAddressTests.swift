import Engine
import FarmFile
import Foundation
import LinuxBackend
import Testing

/// The shared address on real interfaces, a real learning bridge and a real client.
@Suite(.serialized, .enabled(if: TestNamespace.isPossible, "needs root, nft, ip and bridge"))
struct SharedAddressTests {
  static let shared = "5a:fe:0a:4d:00:64"

  @Test(arguments: [Segment.v4, Segment.v6])
  func everyRequestIsAnsweredOnce(_ address: IPAddress) throws {
    let segment = try Segment()
    try segment.filter()
    let shared = try segment.nodes.indices.map { try segment.sharedAddress(on: $0) }
    for (node, address) in zip(segment.nodes, shared) { try node.run { try address.install() } }
    let answers = try Datagrams.ask(address, times: 600, in: segment)
    #expect(answers.map(\.count) == Array(repeating: 1, count: 600))
    #expect(Set(answers.joined()) == [0, 1, 2])
    #expect(try segment.resolved(address) == Self.shared)
    for node in segment.nodes.indices {
      #expect(try segment.arrived(at: node) == (address.isIPv4 ? [600, 0] : [0, 600]))
    }
    let learned = try segment.bridge.shell("bridge fdb show br br0 | grep -v permanent")
    #expect(learned.contains("dev p200"))
    #expect(!learned.contains(Self.shared))
  }
}
