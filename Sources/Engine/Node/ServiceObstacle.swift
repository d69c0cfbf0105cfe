/// Why a node serves no client at this moment. There is one for every reason, each with what it waits for.
public enum ServiceObstacle: Sendable, Hashable {
  case stopped
  /// It gives everything up, and its kernel has yet to confirm that.
  case closing
  /// Another machine uses its node id.
  case duplicateID
  /// It hears no other node, and another machine answers for its address.
  case addressTaken
  /// These nodes have another configuration, and this one gives way to them.
  case otherConfiguration(of: NodeSet)
  /// Heartbeats from the addresses of these nodes fit none of its keys.
  case wrongKey(from: NodeSet)
  /// It listens for a farm, until this instant if it hears none.
  case listening(until: Instant)
  /// It joins, and has yet to exchange heartbeats with these nodes.
  case joining(waitsFor: NodeSet)
  /// It is alone, or in a minority, and the policy does not let it serve so.
  case tooFew(AlonePolicy)
  /// These members hold it down, since it came back too often.
  case heldDown(by: NodeSet)
  /// The checkers say that its application does not serve.
  case unhealthy
  /// It waits by ``LifeSettings/failback``: until this instant if the view stays, or (`nil`) for an operator.
  case failback(until: Instant?)
  /// It hears others and is heard by nobody.
  case isolated
  /// No frame of anybody arrives on its service network: no client reaches it.
  case deaf
  /// It hears these members, and they have lost it and take its buckets.
  case unheard(by: NodeSet)
  /// It is not two-way on the service network.
  case detached
  case draining
  case leaving
  /// Its lease has ended, or was never renewed. `isRefused`: whether the kernel refuses what it is asked.
  case noLease(isRefused: Bool)
  /// It goes on as the daemon before it, and decides nothing until it has heard these members.
  case resuming(waitsFor: NodeSet)
  /// Its weight is 0 in every group.
  case noWeight
  /// It is the target of no bucket: others come first by the policy of the groups.
  case noShare
  /// Its buckets are still claimed by these nodes.
  case handOver(from: NodeSet)

  /// The reason alone, without what it waits for.
  public enum Reason: UInt8, Sendable, Hashable, CaseIterable {
    case stopped, closing, duplicateID, addressTaken, otherConfiguration, wrongKey, listening, joining,
      tooFew, heldDown
    case unhealthy, failback, isolated, deaf, unheard, detached, draining, leaving, noLease, resuming
    case noWeight, noShare, handOver

    /// Lower case with underscores, as in reports and metrics.
    public var name: StaticString {
      switch self {
      case .stopped: "stopped"
      case .closing: "closing"
      case .duplicateID: "duplicate_id"
      case .addressTaken: "address_taken"
      case .otherConfiguration: "other_configuration"
      case .wrongKey: "wrong_key"
      case .listening: "listening"
      case .joining: "joining"
      case .tooFew: "too_few"
      case .heldDown: "held_down"
      case .unhealthy: "unhealthy"
      case .failback: "failback"
      case .isolated: "isolated"
      case .deaf: "deaf"
      case .unheard: "unheard"
      case .detached: "detached"
      case .draining: "draining"
      case .leaving: "leaving"
      case .noLease: "no_lease"
      case .resuming: "resuming"
      case .noWeight: "no_weight"
      case .noShare: "no_share"
      case .handOver: "hand_over"
      }
    }
  }

  public var reason: Reason {
    switch self {
    case .stopped: .stopped
    case .closing: .closing
    case .duplicateID: .duplicateID
    case .addressTaken: .addressTaken
    case .otherConfiguration: .otherConfiguration
    case .wrongKey: .wrongKey
    case .listening: .listening
    case .joining: .joining
    case .tooFew: .tooFew
    case .heldDown: .heldDown
    case .unhealthy: .unhealthy
    case .failback: .failback
    case .isolated: .isolated
    case .deaf: .deaf
    case .unheard: .unheard
    case .detached: .detached
    case .draining: .draining
    case .leaving: .leaving
    case .noLease: .noLease
    case .resuming: .resuming
    case .noWeight: .noWeight
    case .noShare: .noShare
    case .handOver: .handOver
    }
  }
}
