/// Something worth a line in a log or on a timeline. Nothing depends on notices.
public enum Notice: Sendable, Hashable {
  case status(Status, from: Status)
  /// The view changed: who is in it now, and its digest.
  case view(members: NodeSet, serving: NodeSet, digest: Digest, epoch: Epoch)
  /// A member left the view because nobody has heard it for longer than `tau`.
  case removed(NodeID)
  /// A member left the view by its own word.
  case left(NodeID)
  /// A node entered the view anew.
  case joined(NodeID)
  /// A removed member was heard again in the same incarnation.
  case returned(NodeID)
  /// Buckets of a group that this node began to claim, and why.
  case claimed(GroupID, count: Int, ClaimReason)
  /// Buckets of a group that this node stopped accepting for their new target.
  case released(GroupID, count: Int)
  /// A timer came this much too late: the node or its daemon was paused.
  case paused(Duration)
  case commitFailed(CommitNumber)
  case leaseLost
  /// Another machine is live under our own node id.
  case duplicateNodeID
  /// Another node says that no frame arrives at it, and has left the service.
  case deaf(NodeID)
  /// Two machines use another node's id.
  case sharedNodeID(NodeID)
  case configurationStaged(Digest)
  case configurationSwitched(Digest)
  /// This node announces a configuration that is neither ours nor on its way to or from it. Said once for each.
  case configurationMismatch(Digest, of: NodeID)
  /// Heartbeats of this farm come from this node's address and fit none of our keys. One of the two nodes has the wrong
  /// key, or somebody pretends to be that node. Said once, until `tau` has passed without any.
  case unauthenticated(from: NodeID)
  /// Others have heard so many more heartbeats of this node than it remembers to have sent; 0 if they know of a later
  /// life. It was set back, as a virtual machine to a snapshot. It gives everything up and begins a new life.
  case setBack(heartbeats: UInt64)
  /// Heartbeats of this node come again and again, all older than what is known of it, and nobody hears newer ones.
  /// Somebody sends recorded ones, or the node was set back and cannot know it. Said once, until `tau` has passed
  /// without any.
  case stale(NodeID)
  /// A command that cannot be followed now.
  case refused(Refusal)
  /// A drain is over, and the node gives everything up. Flows that it still tracks at the drain's deadline are cut.
  case drained(flowsCut: Int)
  /// These members hold this node down because it came back too often.
  case heldDown(by: NodeSet)
  /// This node goes on as the daemon before it, in the view that it had.
  case resumed(members: NodeSet)
  /// It does not go on as the daemon before it, and starts as always.
  case resumptionRefused(ResumptionObstacle)
  /// It has heard its members again, except for these, and decides as ever.
  case caughtUp(missing: NodeSet)
}

public enum ClaimReason: UInt8, Sendable, Hashable {
  /// The last claimant left the view or is leaving.
  case takeOver
  /// The owner handed over.
  case handOver
  /// Nobody claims it: a farm boots, the node knows of no earlier claimant, or a hole is repaired.
  case unclaimed
}

public enum Refusal: UInt8, Sendable, Hashable {
  /// It would leave no node up; forcing is possible.
  case lastNodeUp
  case notRunning
  case invalidSettings
  case weightOutOfRange
}
