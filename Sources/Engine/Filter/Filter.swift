/// The decision that every node's kernel filter makes about a packet for the virtual IP.
///
/// The simulator evaluates it, for all nodes of a farm at once, and the Linux backend translates it to nftables; neither
/// adds to it. The order:
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
    switch kind.basis {
    case .owner: return isOwned ? .accept(kind.acceptance(isDefault: isDefault)) : .drop(.notOwned)
    case .tracker(let mayBeReset):
      if isTracked { return .accept(kind.acceptance(isDefault: isDefault)) }
      return mayBeReset && isReset ? .reset : .drop(.unknownSegment)
    case .nothing: preconditionFailure("a lone fragment has no bucket")
    }
  }

  /// The verdicts of all nodes about one packet at once.
  ///
  /// The same decision as ``decide(_:isTracked:isDefault:isOwned:isReset:)``, with a set of nodes for each yes or no.
  /// Every node has the same rules.
  /// - Parameters:
  ///   - owned: the nodes in whose filters the packet's bucket is owned.
  ///   - tracked: the nodes that track the packet's flow.
  ///   - resets: the nodes whose filters reset unknown segments of the bucket.
  ///   - reach: the nodes that the packet reaches and whose lease runs. The others do nothing.
  /// - Complexity: O(1), however many nodes there are.
  @inlinable @inline(__always) public static func decide(
    _ kind: PacketKind, owned: NodeSet = NodeSet(), tracked: NodeSet = NodeSet(), resets: NodeSet = NodeSet(),
    reach: NodeSet
  ) -> FarmVerdict {
    switch kind.basis {
    case .owner: FarmVerdict(accepting: owned.intersection(reach), resetting: NodeSet())
    case .tracker(let mayBeReset):
      FarmVerdict(
        accepting: tracked.intersection(reach),
        resetting: mayBeReset ? resets.subtracting(tracked).intersection(reach) : NodeSet())
    case .nothing: FarmVerdict(accepting: NodeSet(), resetting: NodeSet())
    }
  }
}
