import Engine

/// Bad luck or an attack that scenarios have no word for: what other programs, disks and neighbours do to a real node.
///
/// The simulator does not know these, since they are outside the protocol. A soak does them besides its faults.
struct Mishap: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// Somebody empties the node's packet filter, as `systemctl restart nftables` does.
    case flush(NodeID)
    /// Somebody deletes the daemon's own table alone.
    case flushOwn(NodeID)
    /// Somebody takes the virtual IPs off the node's interface.
    case addressOff(NodeID)
    /// Another program has a table of its own, which does not change what happens to any packet.
    case foreignTable(NodeID)
    /// Another program's rule keeps connections to the virtual IPs from being tracked.
    case notrack(NodeID)
    /// A neighbour repeats old heartbeats of all nodes, a hundred a second.
    case replay
    /// A neighbour sends heartbeats with a wrong trailer in the name of the nodes, five a second.
    case forgery
    /// A user of the node asks for its metrics as fast as the daemon answers.
    case metrics(NodeID)
    /// The disk with the state directory is full. The daemon is killed and started meanwhile.
    case fullDisk(NodeID)
    /// The same with a disk that has become read-only.
    case readOnlyDisk(NodeID)
    /// On the node's path to one network only short packets pass, as in a tunnel: no heartbeat does.
    case shortPath(NodeID, NetworkID)
    /// Before a killed daemon is started again, its files are set back to those of the round's beginning.
    case rollback(NodeID)
    /// A neighbour tells the nodes that it has the virtual IP.
    case foreignClaim
  }

  var kind: Kind
  /// Since the beginning of the round.
  var at: Duration
  /// `nil` for a mishap that happens at one instant.
  var until: Duration?
}

extension Mishap.Kind {
  /// Its name in lines and tables.
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

  /// The node that it strikes; `nil` if a neighbour strikes all.
  var node: NodeID? {
    switch self {
    case .flush(let n), .flushOwn(let n), .addressOff(let n), .foreignTable(let n), .notrack(let n),
      .metrics(let n), .fullDisk(let n), .readOnlyDisk(let n), .shortPath(let n, _), .rollback(let n):
      n
    case .replay, .forgery, .foreignClaim: nil
    }
  }

  /// Whether the node accepts the wrong packets until the daemon has repaired it.
  var needsRepair: Bool {
    switch self {
    case .flush, .flushOwn, .addressOff: true
    default: false
    }
  }

  /// Whether the node may answer ARP with its own address for the virtual IP meanwhile. Neighbours that ask then
  /// believe it until they are corrected.
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

  /// The part of a log line that the daemon must write if the mishap lasts; `nil` if a daemon cannot notice it.
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

  /// Whether a daemon notices it only when it starts.
  var isToldAtStart: Bool {
    switch self {
    case .fullDisk, .readOnlyDisk: true
    default: false
    }
  }
}
