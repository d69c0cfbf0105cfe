/// The state of a node:
/// `stopped -> listening -> joining -> up -> draining -> leaving -> stopped`, and `standby`, `fenced` (isolated),
/// `detached`, `deaf`.
///
/// From joining a node goes to standby instead of up when its checkers, the failback policy or the flap hold-down say
/// so. A node that is up, draining or detached may become isolated: nobody hears it, it lost its lease, or it is one of
/// too few. Any that joins, serves, is in standby or isolated may become deaf. From both it joins anew. ``mayBecome(_:)``
/// has every legal transition; `docs/protocol.md` has a table of what each state waits for.
public enum Status: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  case stopped, listening, joining, up, draining, leaving, standby, fenced
  /// Up, but not two-way on the service network: skipped like a draining node unless that would skip all.
  case detached
  /// Receives nothing on the service network, no frame of anybody: serves nobody, and proves nothing to others.
  case deaf

  /// Whether a node of this status can be a target or hold buckets.
  var isMember: Bool { self == .up || self == .draining || self == .detached }

  /// Whether a node may go from this state to another one.
  ///
  /// - Any state may be *stopped*. A stopped node listens, or goes on as a daemon before it that was a member.
  /// - Any state that others hear of gives way to *leaving* by an order, and to *listening* where another machine has
  ///   the node's id.
  /// - A member may be in another state of a member. It gives everything up for *joining* in a new life, for *standby*,
  ///   isolation or deafness.
  /// - Only a node that joins or is in standby comes up; only an isolated or deaf one joins without having listened.
  public func mayBecome(_ next: Status) -> Bool {
    switch self {
    case .stopped: next == .listening || next.isMember
    case .listening: next == .stopped || next == .joining
    case .leaving: next == .stopped || next == .listening
    case .joining: next.endsLife || next == .up || next == .standby || next == .deaf
    case .standby: next.endsLife || next == .up || next == .deaf
    case .fenced: next.endsLife || next == .joining || next == .deaf
    case .deaf: next.endsLife || next == .joining
    case .up: next != .up
    case .draining: next != .draining && next != .detached
    case .detached: next != .detached
    }
  }

  private var endsLife: Bool { self == .stopped || self == .listening || self == .leaving }

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
