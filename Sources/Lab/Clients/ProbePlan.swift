import Engine
import FarmFile
import Sim

/// The probes of a lab: one datagram for each bucket of each group with a UDP rule, in a scattered order, repeated.
struct ProbePlan: Sendable {
  /// Nanoseconds between two probes.
  let interval: UInt64
  private let targets: [Target]
  private var position = 0

  struct Target: Sendable, Hashable {
    var group: GroupID
    var bucket: Bucket
    var source: IPAddress
    var port: UInt16
    var virtualIP: IPAddress
    var destination: UInt16
  }

  /// - Returns: `nil` if no UDP rule leads to any bucket, or no probes are wanted.
  init?(_ farm: Farm, perSecond: Int) {
    let rules = RuleSet(farm.settings)
    var targets: [Target] = []
    var seen = Set<GroupID>()
    for rule in farm.settings.rules where rule.transport == .udp {
      guard let port = rule.ports.first?.first, let address = (rule.virtualIPs + farm.virtualIPs).first,
        let match = rules.match(.udp, destination: address, port: port), seen.insert(match.group).inserted
      else { continue }
      targets += ProbePlan.targets(match, virtualIP: address, port: port)
    }
    guard !targets.isEmpty, perSecond > 0 else { return nil }
    // A step that has no divisor in common with the count visits all, and visits neighbours at different times.
    var step = Int(Double(targets.count) * 0.618) | 1
    while ProbePlan.divisor(step, targets.count) != 1 { step += 2 }
    self.targets = targets.indices.map { targets[$0 * step % targets.count] }
    interval = 1_000_000_000 / UInt64(perSecond)
  }

  mutating func next() -> Target {
    defer { position = (position + 1) % targets.count }
    return targets[position]
  }

  /// For each bucket a client address and port that fall into it, found by trying.
  private static func targets(_ match: RuleMatch, virtualIP: IPAddress, port: UInt16) -> [Target] {
    var found = [Target?](repeating: nil, count: match.bucketCount)
    var left = match.bucketCount
    var number: UInt32 = 0
    while left > 0 && number < 4_000_000 {
      // Few scenarios use these shared addresses, so that probes and clients do not need the same port.
      let source =
        virtualIP.isIPv4
        ? IPAddress(v4: 0x647f_0000 | number & 0xffff)
        : IPAddress(v6: 0x2001_0db8_ffff_0000 | UInt64(number & 0xffff), 1)
      let sourcePort = UInt16(32768 + (number >> 16))
      let bucket = match.bucket(address: source, port: sourcePort)
      if found[bucket.index] == nil {
        found[bucket.index] = Target(
          group: match.group, bucket: bucket, source: source, port: sourcePort, virtualIP: virtualIP,
          destination: port)
        left -= 1
      }
      number += 1
    }
    return found.compactMap { $0 }
  }

  private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
}
