/// The rules and groups of one configuration, in the form that packets are looked up in.
///
/// It is the part of a verdict that does not change when buckets move: ``match(_:destination:port:)`` says which
/// group a packet belongs to, the match says which bucket. Streams of packets to one port need the first only once.
public struct RuleSet: Sendable, Hashable {
  @usableFromInline let rules: [Rule]
  @usableFromInline let fallback: RuleMatch?
  /// The match of ICMP echo requests: the first group, by the client's address.
  public let echo: RuleMatch
  /// Buckets of each group, in the order of ``Settings/ownershipGroups``.
  public let bucketCounts: [Int]

  /// - Precondition: `settings.problems()` is empty; a default node leaves room for 7 groups of one's own.
  public init(_ settings: Settings) {
    let groups = settings.ownershipGroups
    precondition(!settings.groups.isEmpty && groups.count <= 8, "a farm has 1 to 8 groups")
    bucketCounts = groups.map { $0.bucketCount }
    rules = settings.rules.map { Rule($0, match: RuleMatch(group: $0.group, $0.identity, in: groups)) }
    echo = RuleMatch(group: GroupID(0), .address, in: groups)
    fallback =
      switch settings.unmatched {
      case .deny: nil
      case .defaultNode:
        RuleMatch(group: GroupID(settings.groups.count), .address, in: groups, isDefault: true)
      }
  }

  /// The group and identity of a packet by its transport, virtual IP and destination port. The first rule that
  /// matches wins; if none does, the default node's group, or `nil` if unmatched traffic is denied.
  ///
  /// - Parameter transport: `nil` for packets without ports, which no rule matches.
  /// - Complexity: O(rules).
  @inlinable public func match(
    _ transport: Transport?, destination: IPAddress, port: UInt16
  ) -> RuleMatch? {
    guard let transport else { return fallback }
    for rule in rules where rule.covers(transport, destination, port) { return rule.match }
    return fallback
  }

  /// The group and identity of a packet; `nil` if unmatched traffic is denied and for lone fragments.
  ///
  /// ICMP echo requests match ``echo`` whatever the rules say, ICMP errors as the packet that they quote.
  @inlinable public func match(_ packet: Packet) -> RuleMatch? {
    let transport: Transport?
    switch packet.kind {
    case .tcp: transport = .tcp
    case .udp: transport = .udp
    case .icmpError(let quoted): transport = quoted
    case .other: transport = nil
    case .icmpEcho: return echo
    case .fragment: return nil
    }
    return match(transport, destination: packet.destination, port: packet.destinationPort)
  }

  @usableFromInline struct Rule: Sendable, Hashable {
    @usableFromInline let transport: Transport
    @usableFromInline let ports: [PortRange]
    @usableFromInline let virtualIPs: [IPAddress]
    @usableFromInline let match: RuleMatch

    init(_ rule: FilterRule, match: RuleMatch) {
      transport = rule.transport
      ports = rule.ports
      virtualIPs = rule.virtualIPs
      self.match = match
    }

    @inlinable func covers(_ transport: Transport, _ destination: IPAddress, _ port: UInt16) -> Bool {
      guard transport == self.transport else { return false }
      if !virtualIPs.isEmpty {
        var isListed = false
        for address in virtualIPs where address == destination { isListed = true }
        if !isListed { return false }
      }
      for range in ports where range.first <= port && port <= range.last { return true }
      return false
    }
  }
}
