/// The state of a node:
/// `stopped -> listening -> joining -> up -> draining -> leaving -> stopped`, and `standby`, `fenced` (isolated),
/// `detached`, `deaf`.
///
/// From joining a node goes to standby instead of up when its checkers, the failback policy or the flap hold-down say
/// so. A node that is up, draining or detached may become isolated: nobody hears it, it lost its lease, or it is one of
/// too few. Any that joins, serves, is in standby or isolated may become deaf. From both it joins anew.
/// `docs/protocol.md` has a table of all states.
public enum Status: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  case stopped, listening, joining, up, draining, leaving, standby, fenced
  /// Up, but not two-way on the service network: skipped like a draining node unless that would skip all.
  case detached
  /// Receives nothing on the service network, no frame of anybody: serves nobody, and proves nothing to others.
  case deaf

  /// Whether a node of this status can be a target or hold buckets.
  var isMember: Bool { self == .up || self == .draining || self == .detached }

  public var name: StaticString {
    switch self {
    case .stopped: "stopped"
    case .listening: "listening"
    case .joining: "joining"
    case .up: "up"
    case .draining: "draining"
    case .leaving: "leaving"
    case .standby: "standby"
    case .fenced: "fenced"
    case .detached: "detached"
    case .deaf: "deaf"
    }
  }
}
