import Engine
import Foundation
import Testing

/// The buckets that a Linux 6.18 kernel gave random clients: nftables `jhash`, and `xt_cluster`.
@Suite struct KernelVectorTests {
  @Test func everyAnswerOfTheKernelIsAlsoTheEngines() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Vectors/kernel-buckets.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
    var checked: [Substring: Int] = [:]
    for line in lines {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let seed = try #require(UInt32(fields[2].dropFirst(2), radix: 16))
      let bucket = FlowHash.bucket(
        identity: try #require(identity(fields[0])), address: try #require(address(String(fields[3]))),
        port: UInt16(fields[4]) ?? 0, bucketCount: try #require(Int(fields[1])), seed: seed)
      #expect(bucket.index == Int(fields[5]), "\(line)")
      checked[fields[0], default: 0] += 1
    }
    #expect(
      checked == [
        "address": 1201, "address+port": 1200, "network/24": 400, "network/64": 401, "xt_cluster": 400,
      ])
  }

  private func identity(_ name: Substring) -> ClientIdentity? {
    switch name {
    // xt_cluster hashes the address as one word, which on little endian is the same.
    case "address", "xt_cluster": .address
    case "address+port": .addressPort
    case "network/24": .network(v4: 24, v6: 128)
    case "network/64": .network(v4: 32, v6: 64)
    default: nil
    }
  }

  private func address(_ text: String) -> IPAddress? {
    var v4 = in_addr()
    if inet_pton(AF_INET, text, &v4) == 1 { return IPAddress(v4: UInt32(bigEndian: v4.s_addr)) }
    var v6 = in6_addr()
    guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
    return withUnsafeBytes(of: &v6) { bytes in
      IPAddress(
        v6: UInt64(bigEndian: bytes.load(fromByteOffset: 0, as: UInt64.self)),
        UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self)))
    }
  }
}
