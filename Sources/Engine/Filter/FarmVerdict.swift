/// What the filters of all nodes together do with one packet: see ``Filter``. Nodes in neither set drop it.
public struct FarmVerdict: Sendable, Hashable, BitwiseCopyable {
  /// The nodes whose own stacks get it.
  public let accepting: NodeSet
  /// The nodes that answer it with a TCP reset.
  public let resetting: NodeSet

  @inlinable init(accepting: NodeSet, resetting: NodeSet) {
    self.accepting = accepting
    self.resetting = resetting
  }
}

/// What a verdict about a kind of packet rests on.
extension PacketKind {
  @usableFromInline enum Basis {
    /// It goes to the owner of its bucket.
    case owner
    /// It belongs to a TCP flow and goes to the node that tracks it. Others may answer it with a reset if `mayBeReset`.
    case tracker(mayBeReset: Bool)
    /// Nobody can tell whose it is.
    case nothing
  }

  @inlinable @inline(__always) var basis: Basis {
    switch self {
    case .tcp(let flags): flags.opens ? .owner : .tracker(mayBeReset: !flags.contains(.reset))
    case .icmpError(.tcp): .tracker(mayBeReset: false)
    case .udp, .other, .icmpEcho, .icmpError(.udp): .owner
    case .fragment: .nothing
    }
  }

  /// Why a node accepts it, if it does.
  /// - Parameter isDefault: whether the packet belongs to the default node's group.
  @inlinable func acceptance(isDefault: Bool) -> Acceptance {
    switch self {
    case .tcp(let flags) where !flags.opens: .tracked
    case .icmpError: .flowError
    case .icmpEcho: .echo
    case .tcp, .udp, .other, .fragment: isDefault ? .defaultNode : .bucket
    }
  }
}
