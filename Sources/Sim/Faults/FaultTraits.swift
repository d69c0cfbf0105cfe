/// What holds for every fault of a kind, each answer given once: ``FaultKey/traits`` is the table.
///
/// The table leaves nothing out and has no default, so the compiler asks a new kind for every answer. What depends on
/// the nodes, networks or losses of a single fault is in ``FaultKind``: see `FaultKind+Meaning.swift`.
package struct FaultTraits: Sendable, Hashable {
  /// What it strikes.
  package let strikes: Part
  /// Whether an operator orders it on purpose: nothing is disturbed at the moment of the order.
  package let isPlanned: Bool
  /// Whether it keeps its nodes in its state until it ends, or for good. An order does not: it is obeyed once.
  package let holds: Bool
  package let ends: Ending
  /// Whether it may disturb buckets again and again while it is in force.
  package let isLasting: Bool
  /// The nodes that may stop serving because of it: connections that they lose then are lost *with their node*.
  ///
  /// One rule holds for everything that keeps a node from serving: the machine or its daemon is gone, the network or a
  /// firewall cuts it off from the others, its kernel takes no commits, or its application does not answer. It leaves
  /// out faults under which a node can still be heard (a loss that is not total, a delay), and orders that should lose
  /// nothing (a drain, a weight, a reload).
  package let fails: Extent
  /// Whether it concerns the nodes that it does not name as much: a whole network, or a change of all nodes together.
  package let concernsEverybody: Bool
  /// The kind of view change that answers its beginning.
  package let answer: Answer
  /// What becomes of the kernel filters of its nodes.
  package let filter: Filter
  /// What becomes of heartbeats that nodes send, over all networks together.
  package let heartbeats: Heartbeats
  /// When buckets lose their owner by it without a hand-over.
  package let abrupt: Abruptness
  /// Whether it hides its nodes from clients while their kernels still track the clients' flows.
  package let hidesNodes: Bool
  /// Whether the kernels of its nodes lose their flows, at once or when the lease ends.
  package let losesFlows: Bool
  /// Whether its beginning depends on which daemons run: it starts only nodes that do not run, or asks something of
  /// those that run.
  package let meetsDaemons: Bool

  package enum Part: Sendable, Hashable {
    case machine, daemon
    /// A kernel's filter.
    case kernel
    /// Cables and cards: they carry nothing at all.
    case link
    /// Frames on their way: some of them.
    case frames
    case application
    /// Weights and the farm file.
    case settings

    package var isNetwork: Bool { self == .link || self == .frames }
  }

  package enum Ending: Sendable, Hashable {
    /// It happens at one time and has no end of its own.
    case never
    /// Its nodes' daemons are started again.
    case start
    /// Its nodes are resumed, or started if they have left.
    case resume
    /// What it changed is as before.
    case back
  }

  package enum Extent: Sendable, Hashable {
    case nobody
    /// The nodes that it names.
    case named
    /// The nodes whose network cards it makes useless: ``FaultKind/cutOff``.
    case cutOff
    case everybody
  }

  /// The view that answers a fault.
  package enum Answer: Sendable, Hashable {
    /// At least one of the nodes that the fault names does not serve.
    case without
    /// At least one of them serves.
    case with
    /// Any view change does.
    case any

    /// The answer to the end of the fault.
    package var reversed: Answer {
      switch self {
      case .without: .with
      case .with: .without
      case .any: .any
      }
    }
  }

  package enum Filter: Sendable, Hashable {
    /// They accept what their daemons commit.
    case obeys
    /// They accept nothing from its beginning on.
    case gone
    /// They accept what they have until the lease ends.
    case leased
    /// They accept until their buckets are handed over.
    case handsOver
  }

  package enum Heartbeats: Sendable, Hashable {
    /// They arrive as sent. A network that is down counts here: the others carry them.
    case kept
    /// Between some nodes they must be relayed, or arrive again later.
    case relayed
    /// Some are lost to all nodes, so that doubles are bounded and not excluded.
    case lost
  }

  package enum Abruptness: Sendable, Hashable {
    case never
    case beginning
    /// At its beginning and, if the owner served on or was isolated, at its end.
    case both
  }
}
