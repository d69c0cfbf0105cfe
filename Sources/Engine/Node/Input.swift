/// Everything that can happen to a node.
public enum Input: Sendable {
  indirect case start(Start)
  /// The timer that ``Action/wake(at:)`` asked for fired. Early or twice changes nothing.
  case timer
  case datagram(Datagram)
  /// A heartbeat of this farm came from this node's address and fits none of our keys. The node is told only that it
  /// came: nothing in it can be believed.
  case unauthenticated(from: NodeID)
  /// The backend no longer accepts a key. A sender that has only that key is not believed any more, and neither is what
  /// it said of nodes that nobody hears.
  case keyWithdrawn
  /// The kernel confirmed a commit or a lease renewal.
  case committed(CommitNumber)
  /// The kernel refused a commit or a lease renewal; the filter is as it was before.
  case commitFailed(CommitNumber)
  /// The TCP flows that the kernel tracks for a group; a later report replaces an earlier one. The backend reports
  /// before each timer if they have changed since its last report, and for every group of a node that was resumed.
  /// While it does not know whether released buckets have flows left, it reports that each of them may have one.
  indirect case flows(GroupID, TrackedFlows)
  case command(Command)
  /// Whether the witness (the gateway) answers; only ``AlonePolicy/witness`` asks.
  case gateway(isReachable: Bool)
  /// Whether frames of other machines arrive on a service network. The backend reports each change: `false` once none
  /// has arrived for two intervals although it asked for some, `true` with the next frame. Before the first report
  /// frames are taken to arrive.
  case frames(arrive: Bool)
  /// Another machine answers for an address of this node. While the node listens or joins, the backend asks at least
  /// every two intervals, and reports each answer.
  case addressTaken
  /// Whether the application serves, by the word of the checkers. An unhealthy node does not drain: it releases at once
  /// and stays in standby until healthy.
  case health(isHealthy: Bool)
}

/// What a node must be told at its start: it has no clock, no disk and no source of randomness.
public struct Start: Sendable, Hashable {
  /// `max(stored + 1, wall clock in milliseconds)`.
  public var incarnation: Incarnation
  /// 64 random bits; also the seed of the heartbeat jitter.
  public var bootID: BootID
  /// The boot ids of this node's former lives, as many as are remembered. A datagram with one of them is this node's
  /// own, recorded and sent again.
  public var formerBootIDs: [BootID]
  /// What the former daemon on this machine left. A node that takes its place keeps its incarnation and boot id instead of
  /// those above. If the node cannot take its place, it starts as always.
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
  /// The node whose source address it came from. If the sender inside is another node, it was relayed.
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
  /// Stop without a word, as when a service manager kills the daemon: nobody is told.
  case stop
  /// Say that we leave, and stop. Nothing is handed over.
  case leave
  /// Hand the buckets over, keep the tracked flows until they end or the deadline passes, then leave.
  case drain(deadline: Duration?, isForced: Bool)
  /// End a drain, or what keeps the node from coming up: standby, a hold-down, a doubt about its address or key.
  case resume
  /// The runtime weight of a group, 0 to the configured weight.
  case setWeight(GroupID, UInt16)
  /// Stage a new configuration. The node switches to it once every live node that serves or joins has staged the same.
  indirect case stage(Settings)
}
