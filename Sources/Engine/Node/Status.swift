/// Where a node stands in its life:
/// `stopped -> listening -> joining -> up -> draining -> leaving -> stopped`, and `standby`, `fenced`, `deaf`.
///
/// From joining a node goes to standby instead of up when the failback policy or the flap hold-down says so.
/// Any state but stopped may become fenced (nobody hears it) or deaf (it receives nothing); from both it joins anew.
public enum Status: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  case stopped, listening, joining, up, draining, leaving, standby, fenced
  /// Up, but not two-way on the service network: skipped like a draining node unless that would skip all.
  case detached
  /// Receives nothing on the service network, no frame of anybody: serves nobody, and proves nothing to others.
  case deaf

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
