import Engine

/// One thing that goes wrong or that an operator does: what, to which nodes, from when, until when.
public struct Fault: Sendable, Hashable {
  /// Since the start of the run.
  public var at: Duration
  /// When it is over, since the start of the run; `nil` for faults that end by another fault, or never.
  public var until: Duration?
  public var kind: FaultKind

  public init(at: Duration, until: Duration? = nil, kind: FaultKind) {
    self.at = at
    self.until = until
    self.kind = kind
  }
}

extension Fault {
  /// Whether it stays in force after its beginning: it holds its nodes, or its end undoes it.
  package var isKeptUp: Bool { kind.traits.holds || until != nil }

  /// Faults in order of time. Faults of one time keep their order, which sorting alone would not guarantee.
  package static func inOrder(_ faults: [Fault]) -> [Fault] {
    faults.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  /// How long a daemon that is upgraded is away if the scenario does not say.
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
  /// The daemon starts again, and power is back if it was lost: after a crash, kill, upgrade, stop or leave.
  case restart(NodeSet)
  /// The daemon is stopped cleanly without leaving (its filter is removed). With `until`, it restarts then, as after
  /// ``leave(_:)``; after ``drain(_:deadline:isForced:)`` it restarts or, if it has not left yet, is resumed.
  case stop(NodeSet)
  case leave(NodeSet)
  case drain(NodeSet, deadline: Duration?, isForced: Bool)
  case resume(NodeSet)
  /// The whole machine stands still: nothing runs, its kernel accepts nothing, and its lease stands still too.
  case pause(NodeSet)
  /// Only the daemon stands still: the kernel filter stays, and its lease runs.
  case stall(NodeSet)
  /// Only the daemon dies: the kernel filter stays, and its lease runs. With `until`, it restarts then.
  case kill(NodeSet)
  /// The daemon is replaced: it is gone at once while its kernel filter stays, and at `until` a new one resumes from
  /// the state that it left (``Engine/Resumption``).
  case upgrade(NodeSet)
  /// Another loss on a network, at the receivers named (all, if empty).
  case loss(NetworkSet, uplink: LossModel?, downlink: LossModel?, at: NodeSet)
  /// Another delay on a network.
  case delay(NetworkSet, DelayModel)
  /// Frames from some nodes do not reach some others.
  case oneWayCut(from: NodeSet, to: NodeSet, NetworkSet)
  /// Frames between two sets of nodes do not arrive, either way.
  case pairCut(NodeSet, NodeSet, NetworkSet)
  /// Only nodes of one side hear each other. Nodes that no side names form one more.
  case partition([NodeSet], NetworkSet)
  /// Two sides do not hear each other; the nodes `by` hear both and are heard by both.
  case bridge(NodeSet, NodeSet, by: NodeSet, NetworkSet)
  /// A whole network is down.
  case networkDown(NetworkSet)
  /// A node's interface to a network is down.
  case interfaceDown(NodeSet, NetworkSet)
  /// The firewalls of some nodes drop heartbeats that arrive, leave, or both; clients' packets pass.
  case blockHeartbeats(NodeSet, FirewallDirection, NetworkSet)
  /// The kernel refuses every commit and lease renewal.
  case commitFailure(NodeSet)
  /// The nodes' runtime weight in a group. With `until`, it is the configured one again then.
  case weight(NodeSet, GroupID, UInt16)
  /// The farm file has changed: daemons that run read it again; the others read it when they start.
  indirect case reload(NodeSet, Reload)
  /// The application ends, and its connections with it. Without `until` a start heals it. With `until`, every start
  /// before it fails, and then the application is started unless it was told to stop.
  case applicationCrash(NodeSet)
  /// The application answers nothing, though its kernel accepts connections for it. Without `until` a restart heals it.
  /// With `until`, it hangs again after every restart before that.
  case applicationHang(NodeSet)
  /// The application answers this much later. Without `until` a restart heals it.
  case applicationSlow(NodeSet, delay: Duration)
}
