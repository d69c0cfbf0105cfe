/// A node that receives nothing on the service network must not serve: no client reaches it.
///
/// A card that sends but receives nothing looks, from the inside, like the death of all others. The node would remove
/// them and claim every bucket; they would hear its claims and let go, and nobody would serve. Silence of heartbeats
/// alone cannot tell the two apart. Frames can: where clients can reach a node, it gets frames of routers, of clients,
/// of nodes whose daemon is dead. So the backend watches for frames of any kind (``Input/frames(arrive:)``), and asks
/// the network for some when it is quiet.
///
/// - While no frame arrives the node takes nothing, removes nobody, and says so in its heartbeats. Others then no
///   longer take its silence about them as a sign that they are not heard.
/// - After `tau` without a frame it is ``Status/deaf``: it gives everything up, and the others take over.
/// - Frames that arrive again lead it back through ``Status/joining``.
///
/// A node that hears no heartbeats and still receives frames is not deaf: a firewall may block heartbeats alone. It
/// serves, and those that hear it yield: see rule 4 in `docs/ownership.md`.
extension Node {
  /// Whether frames of others arrive on a service network. True for a farm of one node: it has nobody to yield to.
  var receivesFrames: Bool { reach.silentSince == .never || settings.nodeCount == 1 }

  mutating func note(framesArrive: Bool, at now: Instant) {
    guard reach.note(framesArrive: framesArrive, at: now) else { return }
    schedule.settleSoon()
    schedule.reviewWake()
    if status != .listening { trigger(at: now) }
  }

  /// Whether removals wait, until it is known whether the others are silent or this node is deaf.
  var doubtsItsEars: Bool { !receivesFrames && status.isMember }

  /// When this node becomes deaf if no frame arrives: `tau` after the last frame, which came two intervals before the
  /// backend said so.
  private var deafDeadline: Instant {
    if receivesFrames { return .never }
    let deadline = reach.silentSince + max(timing.timeout - timing.twoIntervals, .zero)
    return max(deadline, pause.graceUntil)
  }

  private var canBecomeDeaf: Bool {
    switch status {
    case .joining, .up, .draining, .standby, .fenced, .detached: true
    case .stopped, .listening, .leaving, .deaf: false
    }
  }

  func deafDue(after now: Instant) -> Instant {
    guard canBecomeDeaf, deafDeadline > now else { return .never }
    return deafDeadline
  }

  mutating func checkDeaf(at now: Instant, into actions: inout [Action]) {
    guard canBecomeDeaf, now >= deafDeadline else { return }
    releaseAll(entering: .deaf, at: now, into: &actions)
  }

  /// Ends deafness with the first frame: the node joins again.
  mutating func hearAgain(at now: Instant, into actions: inout [Action]) {
    if filter.isCleaning || !receivesFrames { return }
    change(to: .joining, at: now, into: &actions)
  }
}
