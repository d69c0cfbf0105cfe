import Engine

/// Bad luck, or an attack, that a scenario has no word for: what other programs, disks and neighbours do to a real node.
///
/// The simulator does not know these, since nothing of the protocol is about them; a soak does them beside its faults.
struct Mishap: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// Somebody empties the node's packet filter, as `systemctl restart nftables` does.
    case flush(NodeID)
    /// Somebody deletes the daemon's own table alone.
    case flushOwn(NodeID)
    /// Somebody takes the virtual IPs off the node's interface.
    case addressOff(NodeID)
    /// Another program has a table of its own, which changes no packet's fate.
    case foreignTable(NodeID)
    /// Another program's rule keeps connections to the virtual IPs from being tracked.
    case notrack(NodeID)
    /// A neighbour sends old heartbeats of all nodes again, a hundred a second.
    case replay
    /// A neighbour sends heartbeats with a wrong trailer in the name of the nodes, five a second.
    case forgery
    /// A user of the node asks for its metrics as fast as he is answered.
    case metrics(NodeID)
    /// The disk with the state directory is full, and the daemon is killed and started meanwhile.
    case fullDisk(NodeID)
    /// The same with a disk that has become read-only.
    case readOnlyDisk(NodeID)
    /// On the node's way to one network only short packets get through, as in a tunnel: no heartbeat does.
    case shortPath(NodeID, NetworkID)
    /// Before a killed daemon is started again its files are put back to what they were when the round began.
    case rollback(NodeID)
    /// A neighbour tells the nodes that it has the virtual IP.
    case foreignClaim
  }

  var kind: Kind
  /// Since the round's beginning.
  var at: Duration
  /// `nil` for what is done in a moment.
  var until: Duration?
}

extension Mishap.Kind {
  /// As lines and tables say it.
  var word: String {
    switch self {
    case .flush: "flush"
    case .flushOwn: "flush of its table"
    case .addressOff: "address taken off"
    case .foreignTable: "foreign table"
    case .notrack: "notrack rule"
    case .replay: "replay"
    case .forgery: "forgery"
    case .metrics: "metrics flood"
    case .fullDisk: "full disk"
    case .readOnlyDisk: "read-only disk"
    case .shortPath: "short path"
    case .rollback: "rollback"
    case .foreignClaim: "foreign claim"
    }
  }

  /// Whose it is; `nil` for what a neighbour does to all.
  var node: NodeID? {
    switch self {
    case .flush(let n), .flushOwn(let n), .addressOff(let n), .foreignTable(let n), .notrack(let n),
      .metrics(let n), .fullDisk(let n), .readOnlyDisk(let n), .shortPath(let n, _), .rollback(let n):
      n
    case .replay, .forgery, .foreignClaim: nil
    }
  }

  /// Whether what the node accepts is wrong until the daemon has put it right.
  var needsRepair: Bool {
    switch self {
    case .flush, .flushOwn, .addressOff: true
    default: false
    }
  }

  /// Whether it may turn the node's own address for the virtual IP loose: neighbours that ask meanwhile believe it until
  /// they are told better.
  var mayMisleadNeighbours: Bool {
    switch self {
    case .flush, .addressOff: true
    default: false
    }
  }

  /// Whether heartbeats may go by another network while it lasts.
  var isShortPath: Bool {
    switch self {
    case .shortPath: true
    default: false
    }
  }

  /// What a node's log has to say of it, if it lasts: a part of the line. `nil` for what changes nothing that a daemon
  /// could see.
  var complaint: String? {
    switch self {
    case .flush, .flushOwn, .addressOff: "repaired"
    case .notrack: "are not tracked"
    case .foreignClaim: "claims the virtual IP"
    case .forgery: "that its key does not explain"
    case .fullDisk, .readOnlyDisk: "the wall clock says which life this is"
    case .shortPath: "look at the MTU"
    case .foreignTable, .replay, .metrics, .rollback: nil
    }
  }

  /// Whether a daemon meets it only when it is started.
  var isToldAtStart: Bool {
    switch self {
    case .fullDisk, .readOnlyDisk: true
    default: false
    }
  }
}
