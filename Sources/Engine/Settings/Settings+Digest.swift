extension Settings {
  /// The fingerprint of every field, in a fixed order. Heartbeats carry it as the configuration in force.
  ///
  /// Lists go in with their length and choices as a number, so that no two settings give the same words.
  /// Never 0, which stands for none on the wire.
  public var digest: Digest {
    var digest = Digest()
    digest.combine(UInt64(farmID))
    digest.combine(nodeCount)
    digest.combine(networks.count)
    for network in networks { digest.combine(network.carriesService) }
    heartbeat.combine(into: &digest)
    digest.combine(groups.count)
    for group in groups { group.combine(into: &digest) }
    digest.combine(rules.count)
    for rule in rules { rule.combine(into: &digest) }
    digest.combine(unmatched == .defaultNode)
    life.combine(into: &digest)
    digest.combine(flows.grace)
    digest.combine(flows.resetsUnknownSegments)
    if surroundings.rawValue != 0 { digest.combine(surroundings.rawValue) }
    return digest.rawValue == 0 ? Digest(rawValue: 1) : digest
  }
}

extension Digest {
  fileprivate mutating func combine(_ number: Int) { combine(UInt64(bitPattern: Int64(number))) }
  fileprivate mutating func combine(_ duration: Duration) {
    combine(UInt64(bitPattern: duration.nanoseconds))
  }
  fileprivate mutating func combine(_ truth: Bool) { combine(truth ? 1 : UInt64(0)) }
}

extension HeartbeatSettings {
  fileprivate func combine(into digest: inout Digest) {
    digest.combine(interval)
    digest.combine(misses)
    digest.combine(margin)
    digest.combine(jitterPermille)
    digest.combine(delayBound)
    digest.combine(commitBound)
    digest.combine(isRelaying)
    digest.combine(UInt64(leasePolicy.rawValue))
  }
}

extension GroupSettings {
  fileprivate func combine(into digest: inout Digest) {
    digest.combine(bucketCount)
    digest.combine(UInt64(hashSeed))
    digest.combine(UInt64(policy.rawValue))
    digest.combine(weights.count)
    for weight in weights { digest.combine(UInt64(weight)) }
  }
}

extension FilterRule {
  fileprivate func combine(into digest: inout Digest) {
    digest.combine(UInt64(transport.rawValue))
    digest.combine(ports.count)
    for range in ports { digest.combine(UInt64(range.first) << 16 | UInt64(range.last)) }
    digest.combine(virtualIPs.count)
    for address in virtualIPs {
      digest.combine(address.isIPv4)
      digest.combine(address.high)
      digest.combine(address.low)
    }
    digest.combine(UInt64(group.rawValue))
    switch identity {
    case .address: digest.combine(UInt64(0))
    case .addressPort: digest.combine(UInt64(1))
    case .network(let v4, let v6): digest.combine(2 | UInt64(v4) << 8 | UInt64(v6) << 16)
    case .port: digest.combine(UInt64(3))
    }
  }
}

extension LifeSettings {
  fileprivate func combine(into digest: inout Digest) {
    switch failback {
    case .automatic: digest.combine(UInt64(0))
    case .delayed(let delay):
      digest.combine(UInt64(1))
      digest.combine(delay)
    case .manual: digest.combine(UInt64(2))
    }
    digest.combine(UInt64(alone.rawValue))
    digest.combine(flapPenalty)
    digest.combine(flapSuppress)
    digest.combine(flapReuse)
    digest.combine(flapHalfLife)
    digest.combine(drainDeadline)
  }
}
