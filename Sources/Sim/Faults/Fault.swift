import Engine

/// One thing that goes wrong (or that an operator does): what, whom, from when, until when.
public struct Fault: Sendable, Hashable {
  /// Since the start of the run.
  public var at: Duration
  /// When it is over; `nil` for faults that end by another fault, or never.
  public var until: Duration?
  public var kind: FaultKind

  public init(at: Duration, until: Duration? = nil, kind: FaultKind) {
    self.at = at
    self.until = until
    self.kind = kind
  }
}

extension Fault {
  /// Faults in order of time; those of one time stay in their order, which sorting alone would not keep.
  static func inOrder(_ faults: [Fault]) -> [Fault] {
    faults.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  /// How long a daemon that is upgraded is away if nothing is said.
  public static let upgradeTime = Duration.milliseconds(100)
}

/// Which heartbeats a node's own firewall drops.
public enum FirewallDirection: String, Sendable, Hashable, CaseIterable {
  case into = "in"
  case out
  case both

  package var blocksArriving: Bool { self != .out }
  package var blocksLeaving: Bool { self != .into }
}

public enum FaultKind: Sendable, Hashable {
  /// Power loss: kernel, filter, flows and daemon are gone at once. With `until`, it restarts then.
  case crash(NodeSet)
  /// Power back, after a crash, kill, stop or leave.
  case restart(NodeSet)
  /// The daemon is stopped cleanly without leaving (its filter is removed). With `until`, it restarts then, as after
  /// ``leave(_:)``; after ``drain(_:deadline:isForced:)`` it restarts or, if it has not left yet, is resumed.
  case stop(NodeSet)
  case leave(NodeSet)
  case drain(NodeSet, deadline: Duration?, isForced: Bool)
  case resume(NodeSet)
  /// The whole machine stands still: nothing runs, its kernel accepts nothing, and its lease does not run on.
  case pause(NodeSet)
  /// Only the daemon stands still: the kernel filter goes on, its lease runs.
  case stall(NodeSet)
  /// Only the daemon dies: the kernel filter goes on, its lease runs. With `until`, it restarts then.
  case kill(NodeSet)
  /// The daemon is replaced: it is gone at once while its kernel goes on, and at `until` a new one goes on with what it
  /// left (``Engine/Resumption``).
  case upgrade(NodeSet)
  /// Another loss on a network, at the receivers named (all, if empty).
  case loss(NetworkSet, uplink: LossModel?, downlink: LossModel?, at: NodeSet)
  /// Another delay on a network.
  case delay(NetworkSet, DelayModel)
  /// Frames from some nodes do not reach some others.
  case oneWayCut(from: NodeSet, to: NodeSet, NetworkSet)
  /// Frames between two sets of nodes do not arrive, either way.
  case pairCut(NodeSet, NodeSet, NetworkSet)
  /// Only nodes of one side hear each other. Nodes named in no side form one more.
  case partition([NodeSet], NetworkSet)
  /// Two sides that do not hear each other, and nodes that hear and are heard by both.
  case bridge(NodeSet, NodeSet, by: NodeSet, NetworkSet)
  /// A whole network is down.
  case networkDown(NetworkSet)
  /// A node's interface to a network is down.
  case interfaceDown(NodeSet, NetworkSet)
  /// The firewalls of some nodes drop heartbeats that arrive, leave, or both; clients' packets pass.
  case blockHeartbeats(NodeSet, FirewallDirection, NetworkSet)
  /// The kernel refuses every commit and lease renewal.
  case commitFailure(NodeSet)
  /// The runtime weight of a group. With `until`, it is the configured one again then.
  case weight(NodeSet, GroupID, UInt16)
  /// A farm file that was changed is read again by the daemons that run; the others read it when they start.
  indirect case reload(NodeSet, Reload)
  /// The application ends, its connections with it. Without `until` a start heals it; with it, every start before
  /// `until` fails, and then it is started if it was not told to stop.
  case applicationCrash(NodeSet)
  /// The application answers nothing; its kernel goes on to accept connections for it. Without `until` a restart
  /// heals it; with it, it hangs again until then.
  case applicationHang(NodeSet)
  /// The application answers this much later. Without `until` a restart heals it.
  case applicationSlow(NodeSet, delay: Duration)
}
