/// Everything that can happen to a node.
public enum Input: Sendable {
  indirect case start(Start)
  /// A timer asked for by ``Action/wake(at:)`` fired. Early or twice changes nothing.
  case timer
  case datagram(Datagram)
  /// From this node's address came a heartbeat of this farm that was not made with its key. It is only told that
  /// it came: nothing in it can be believed.
  case unauthenticated(from: NodeID)
  /// The backend accepts a key no more that it accepted before. Whoever has only that one is not believed any
  /// longer, and neither is what it said of nodes that nobody hears.
  case keyWithdrawn
  /// The kernel confirmed a commit or a lease renewal.
  case committed(CommitNumber)
  /// The kernel refused a commit or a lease renewal; the filter is as it was before.
  case commitFailed(CommitNumber)
  /// The TCP flows that the kernel tracks for a group. The backend says so before each timer if they have changed since
  /// it said so last, and for every group of a node that was resumed; what is said later replaces it. While it does not
  /// know whether any flow is left of buckets that were released, it says that each of these may have one.
  indirect case flows(GroupID, TrackedFlows)
  case command(Command)
  /// Whether the witness answers; only ``AlonePolicy/witness`` asks.
  case gateway(isReachable: Bool)
  /// Whether frames of other machines arrive on a service network. The backend says so when it changes: not any more
  /// once none has arrived for two intervals although it asked for some, again with the next one. It is taken to be
  /// so until then.
  case frames(arrive: Bool)
  /// Another machine answers for an address of this node's. The backend asks while the node listens or joins, at least
  /// every two intervals, and says so at each answer.
  case addressTaken
  /// What the checkers say of the application. Unhealthy drains nothing: the node releases at once and
  /// stays in standby until healthy.
  case health(isHealthy: Bool)
}

/// What a node must be told at its start, since it has no clock, no disk and no dice.
public struct Start: Sendable, Hashable {
  /// `max(stored + 1, wall clock in milliseconds)`.
  public var incarnation: Incarnation
  /// 64 random bits; also the seed of the heartbeat jitter.
  public var bootID: BootID
  /// Those of former lives of this node, as many as are remembered: what comes with one of them is a datagram of this
  /// node's own that somebody has recorded.
  public var formerBootIDs: [BootID]
  /// What a daemon left that this one takes the place of. A node that goes on as that one keeps its incarnation and
  /// boot id instead of these; if it cannot it starts as always.
  public var resume: Resumption?

  public init(
    incarnation: Incarnation, bootID: BootID, formerBootIDs: [BootID] = [], resume: Resumption? = nil
  ) {
    self.incarnation = incarnation
    self.bootID = bootID
    self.formerBootIDs = formerBootIDs
    self.resume = resume
  }
}

/// A datagram as it arrived.
public struct Datagram: Sendable, Hashable {
  /// All bytes, the backend's authentication at their end included.
  public var bytes: [UInt8]
  /// The node whose source address it came from. When the sender inside is another, it was relayed.
  public var from: NodeID
  public var network: NetworkID

  public init(bytes: [UInt8], from: NodeID, network: NetworkID) {
    self.bytes = bytes
    self.from = from
    self.network = network
  }
}

/// What an operator may ask of a node.
public enum Command: Sendable, Hashable {
  /// Stop without a word, as a service manager's kill does after its grace: no leave is said.
  case stop
  /// Hand nothing over: say that we leave, and stop.
  case leave
  /// Hand the buckets over, keep the tracked flows until they end or the deadline passes, then leave.
  case drain(deadline: Duration?, isForced: Bool)
  /// Back from draining or standby.
  case resume
  /// The runtime weight of a group, 0 to the configured weight.
  case setWeight(GroupID, UInt16)
  /// Stage a new configuration; it is switched to once every member that is up has staged the same.
  indirect case stage(Settings)
}
