/// The decision that every node's kernel filter makes about a packet for the virtual IP.
///
/// The simulator evaluates it and the Linux backend translates it to nftables; neither adds to it. The order:
///
/// 1. **Lease.** Without it nothing is accepted, tracked flows included.
/// 2. **Lone fragments** are dropped by every node: without ports no node can tell whose they are.
/// 3. **Rules**: the first that matches counts. Unmatched traffic is dropped, even that of flows that were tracked
///    before their rule was removed. With a default node it belongs to a hidden group instead, and the steps below hold
///    for it too.
/// 4. **ICMP echo** is answered by the owner of the client address's bucket in the first group.
/// 5. **SYN without ACK, and every packet of a protocol without handshake**: by bucket, before connection
///    tracking is consulted. Otherwise half-open flows and datagrams are answered twice in a hand-over.
/// 6. **Tracked segments** are accepted whoever owns the bucket now.
/// 7. **ICMP errors follow their flow**: about TCP to the node that tracks it, about UDP to the owner of the
///    quoted client's bucket. The others drop them; an error is never answered with a reset.
/// 8. **Unknown segments** are dropped silently, or reset in the buckets of ``FilterState/resets``. A segment that
///    is a reset itself is never answered.
public enum Filter {
  /// The verdict about a packet.
  /// - Parameters:
  ///   - isTracked: whether this node tracks the TCP flow of the packet, or the flow that an ICMP error quotes.
  ///     It has no meaning for other packets.
  ///   - state: what the node's filter holds, with sets for all groups of `rules`.
  /// - Complexity: O(rules).
  @inlinable public static func decide(
    _ packet: Packet, isTracked: Bool, rules: RuleSet, state: FilterState
  ) -> Verdict {
    guard state.hasLease else { return .drop(.noLease) }
    if case .fragment = packet.kind { return .drop(.fragment) }
    guard let match = rules.match(packet) else { return .drop(.unmatched) }
    let bucket = match.bucket(address: packet.source, port: packet.sourcePort)
    return decide(
      packet.kind, isTracked: isTracked, isDefault: match.isDefault,
      isOwned: state.owned[match.group.index].contains(bucket),
      isReset: state.resets[match.group.index].contains(bucket))
  }

  /// The verdict about a packet of a matched group on a node whose lease runs: steps 4 to 8.
  ///
  /// For callers that have looked up the rule and the bucket before.
  /// - Parameters:
  ///   - isDefault: whether it is the default node's group.
  ///   - isOwned: whether the bucket is in the filter's owned set.
  ///   - isReset: whether unknown segments of the bucket are reset.
  /// - Precondition: the packet is no lone fragment.
  @inlinable public static func decide(
    _ kind: PacketKind, isTracked: Bool, isDefault: Bool, isOwned: Bool, isReset: Bool
  ) -> Verdict {
    let byBucket: Acceptance
    switch kind {
    case .tcp(let flags) where !flags.opens:
      if isTracked { return .accept(.tracked) }
      return isReset && !flags.contains(.reset) ? .reset : .drop(.unknownSegment)
    case .icmpError(.tcp):
      return isTracked ? .accept(.flowError) : .drop(.unknownSegment)
    case .icmpError(.udp): byBucket = .flowError
    case .icmpEcho: byBucket = .echo
    case .tcp, .udp, .other: byBucket = isDefault ? .defaultNode : .bucket
    case .fragment: preconditionFailure("a lone fragment has no bucket")
    }
    return isOwned ? .accept(byBucket) : .drop(.notOwned)
  }
}
