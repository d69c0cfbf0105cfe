import Engine

/// A port rule of Network Load Balancing: which ports, and how their clients are shared out.
///
/// All hosts must have the same rules, but for the two fields at the end, which each host has for itself.
/// - Source: Microsoft's `Add-NlbClusterPortRule`; the default rule is that of a new cluster.
public struct NLBPortRule: Sendable, Hashable {
  public enum Transport: UInt8, Sendable, Hashable, CaseIterable { case tcp, udp, both }

  /// How the rule's traffic is filtered.
  public enum Filtering: UInt8, Sendable, Hashable, CaseIterable {
    /// All hosts share the clients by weight.
    case multiple
    /// The host with the lowest handling priority takes all.
    case single
    /// Every host drops it.
    case disabled
  }

  /// What of a client is hashed.
  public enum Affinity: UInt8, Sendable, Hashable, CaseIterable {
    /// Address and port.
    case none
    /// The address.
    case single
    /// The first 24 bits of the address.
    case classC
  }

  public var ports: PortRange
  public var transport: Transport
  public var filtering: Filtering
  public var affinity: Affinity
  /// How long a client stays with its host after its last connection; zero for not at all. Up to 240 minutes.
  public var extendedAffinity: Duration
  /// This host's load weight, 0 to 100; 50 on every host is what the manager calls equal.
  public var weight: Int
  /// This host's priority for a single-host rule, 1 to 32; the lowest takes the traffic.
  public var handlingPriority: Int

  public static let equalWeight = 50

  public init(
    ports: PortRange = PortRange(0, 65535), transport: Transport = .both, filtering: Filtering = .multiple,
    affinity: Affinity = .single, extendedAffinity: Duration = .zero, weight: Int = NLBPortRule.equalWeight,
    handlingPriority: Int = 1
  ) {
    self.ports = ports
    self.transport = transport
    self.filtering = filtering
    self.affinity = affinity
    self.extendedAffinity = extendedAffinity
    self.weight = weight
    self.handlingPriority = handlingPriority
  }

  /// What this host puts in: the weight it shares with, or its handling priority. 0 for nothing.
  var offer: Int {
    switch filtering {
    case .multiple: weight
    case .single: handlingPriority
    case .disabled: 0
    }
  }

  /// A fingerprint of what must be the same on all hosts, never 0.
  var code: UInt32 {
    var digest = Digest()
    digest.combine(UInt64(ports.first) << 16 | UInt64(ports.last))
    digest.combine(UInt64(transport.rawValue))
    digest.combine(UInt64(filtering.rawValue))
    digest.combine(UInt64(affinity.rawValue))
    digest.combine(UInt64(bitPattern: extendedAffinity.nanoseconds))
    let folded = UInt32(truncatingIfNeeded: digest.rawValue ^ digest.rawValue >> 32)
    return folded == 0 ? 1 : folded
  }

  /// The rule as the simulator's filters know it.
  public func filterRules(of group: GroupID, assumed: NLBAssumptions) -> [FilterRule] {
    let identity: ClientIdentity =
      switch affinity {
      case .none: .addressPort
      case .single: .address
      case .classC: .network(v4: 24, v6: assumed.networkPrefixV6)
      }
    var rules: [FilterRule] = []
    if transport != .udp {
      rules.append(FilterRule(transport: .tcp, ports: [ports], group: group, identity: identity))
    }
    if transport != .tcp {
      rules.append(FilterRule(transport: .udp, ports: [ports], group: group, identity: identity))
    }
    return rules
  }
}
