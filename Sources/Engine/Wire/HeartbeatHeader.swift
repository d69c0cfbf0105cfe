/// What every part of a heartbeat says of its sender.
public struct HeartbeatHeader: Sendable, Hashable {
  public var farmID: UInt32
  public var sender: NodeID
  public var status: Status
  public var bootID: BootID
  public var incarnation: Incarnation
  /// Every datagram has its own, and so has every part; at least 1.
  public var sequence: SequenceNumber
  public var epoch: Epoch
  public var viewDigest: Digest
  public var configuration: Digest
  /// The configuration that is staged, if any. Its digest is never 0: see ``Settings/digest``.
  public var stagedConfiguration: Digest?
  /// Nodes that the sender wants to stay in standby because they flap.
  public var heldDown: NodeSet
  /// Nodes that the sender has seen in service and that went since. One of them that joins is back and not
  /// new.
  public var departed: NodeSet
  /// Whether an operator resumed the sender, so that nobody holds it down any more.
  public var overridesHoldDown: Bool
  /// Whether no frame of anybody arrives on the sender's service networks.
  public var receivesNothing: Bool

  public init(
    farmID: UInt32, sender: NodeID, status: Status, bootID: BootID, incarnation: Incarnation,
    sequence: SequenceNumber, epoch: Epoch, viewDigest: Digest, configuration: Digest,
    stagedConfiguration: Digest? = nil, heldDown: NodeSet = .empty,
    departed: NodeSet = .empty, overridesHoldDown: Bool = false, receivesNothing: Bool = false
  ) {
    self.farmID = farmID
    self.sender = sender
    self.status = status
    self.bootID = bootID
    self.incarnation = incarnation
    self.sequence = sequence
    self.epoch = epoch
    self.viewDigest = viewDigest
    self.configuration = configuration
    self.stagedConfiguration = stagedConfiguration
    self.heldDown = heldDown
    self.departed = departed
    self.overridesHoldDown = overridesHoldDown
    self.receivesNothing = receivesNothing
  }
}
