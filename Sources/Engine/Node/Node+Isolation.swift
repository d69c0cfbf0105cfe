/// When a node must stop serving by itself: nobody hears it, its service network is gone, its lease is lost, or too few
/// nodes are left.
///
/// The others' vectors echo what a node has sent. If it hears others, and nothing that it sent within `tau - delta - C`
/// is echoed, it becomes isolated (``Status/fenced``) and gives everything up, just before the others remove it and
/// take its buckets. A silent peer proves nothing. By the policies `witness` and `quorum` a node that may not serve
/// alone, or in a minority, becomes isolated as well. It joins again once it is echoed, or alone if the policy allows
/// it. A node that has lost nothing but the service network is only detached: others are targets before it.
extension Node {
  /// From when on the silence about us of somebody whom we hear counts; ``Instant/never`` if we hear nobody.
  ///
  /// A daemon that goes on in place of another one has heard nobody yet, so its first heartbeats show no more of us
  /// than was known before. It removes nobody for `tau + T`, unless it hears another member that was there all the
  /// time. So its silence counts from the first of these heartbeats on, as if it had echoed us then.
  private var silenceCounts: Instant {
    var earliest = Instant.never
    for peer in peers.all where peer.isLive && peer.hasBeenHeard && peer.isWitness {
      if peer.wayBack.earsNewSince == .never { return .zero }
      earliest = min(earliest, peer.wayBack.earsNewSince + timing.isolateAfter)
    }
    return earliest
  }

  private var isolationDeadline: Instant { max(echoDeadline, silenceCounts) }

  private var echoDeadline: Instant {
    if settings.life.alone == .quorum, settings.nodeCount > 1 {
      return max(lastEchoedByMost, lifecycle.upSince) + timing.isolateAfter
    }
    return max(reach.lastEchoed, max(reach.hearingSince, lifecycle.upSince)) + timing.isolateAfter
  }

  /// When the newest of our datagrams was sent that enough others have echoed to make a majority with us.
  private var lastEchoedByMost: Instant { peers.lastEchoed(by: settings.nodeCount / 2) }

  /// When this node becomes isolated if no echo comes.
  func isolationDue(after now: Instant) -> Instant {
    guard status.isMember, isolationDeadline > now else { return .never }
    return isolationDeadline
  }

  /// Isolates a node that hears a member while no vector echoes anything that it sent lately. The others cannot hear it
  /// and will take its buckets at `tau`. A silent peer proves nothing: it is about to be removed. But a node that may
  /// not serve alone cannot wait for the silence to last `tau`: the other side removes it up to `T` before.
  mutating func checkIsolation(at now: Instant, into actions: inout [Action]) {
    guard status.isMember, now >= isolationDeadline, now >= pause.graceUntil else { return }
    guard !mayServeAlone || now - reach.lastHeard <= timing.twoIntervals else { return }
    releaseAll(entering: .fenced, at: now, into: &actions)
  }

  /// Isolates a node whose lease ran out because the kernel refused to renew it: the kernel accepts nothing.
  mutating func checkLease(at now: Instant, into actions: inout [Action]) {
    if settings.heartbeat.leasePolicy == .none { return }
    if filter.isCleaning {
      // Whatever the filter still holds, it accepts nothing without a lease: the claims can fall.
      if now - filter.leaseRenewedAt > timing.lease + timing.commitBound { dropClaims(at: now) }
    } else if filter.hasLease, now - filter.leaseRenewedAt > timing.lease {
      actions.append(.notice(.leaseLost))
      releaseAll(entering: .fenced, at: now, into: &actions)
    }
  }

  private mutating func dropClaims(at now: Instant) {
    for g in groups.indices where !groups[g].owned.isEmpty {
      groups[g].clearAll()
      schedule.sendNow()
    }
  }

  /// Whether the policy lets this node serve alone. With `quorum` that is never so, except in a farm of one.
  var mayServeAlone: Bool {
    switch settings.life.alone {
    case .availability: true
    case .witness: reach.hasGateway
    case .quorum: settings.nodeCount == 1
    }
  }

  /// Whether the policy lets this node take buckets: a minority takes nothing, even while a farm gathers.
  ///
  /// A node that is being cut off removes the others one after another, and has a majority in its view until the last.
  /// Echoes tell the difference: after a crash, those of the surviving nodes are as fresh as ever.
  func hasQuorum(at now: Instant) -> Bool {
    if settings.life.alone != .quorum || settings.nodeCount == 1 { return true }
    return view.members.count * 2 > settings.nodeCount && now - lastEchoedByMost <= timing.twoIntervals
  }

  mutating func checkQuorum(at now: Instant, into actions: inout [Action]) {
    guard status.isMember, !filter.isCleaning else { return }
    switch settings.life.alone {
    case .availability: return
    case .witness: if view.members.count > 1 || reach.hasGateway { return }
    case .quorum:
      // A farm that boots gathers first.
      if view.members.count * 2 > settings.nodeCount || now - lifecycle.upSince <= timing.timeout { return }
    }
    releaseAll(entering: .fenced, at: now, into: &actions)
  }

  /// Leads an isolated node back to joining once somebody echoes it again, or alone if the policy allows it.
  mutating func recover(at now: Instant, into actions: inout [Action]) {
    if filter.isCleaning { return }
    let isEchoed = now - reach.lastEchoed <= timing.lease
    if isEchoed && peers.hearsWitness || !peers.hearsWitness && mayServeAlone {
      change(to: .joining, at: now, into: &actions)
    }
  }

  /// Detaches a node that has not been two-way on the service network for `tau`: clients reach the others and not it.
  /// It is skipped like a draining node until it is two-way again.
  mutating func checkService(at now: Instant, into actions: inout [Action]) {
    switch status {
    case .up:
      // A silent peer proves nothing here either.
      let isProven = now >= silenceCounts && now - reach.lastHeard <= timing.twoIntervals
      if now >= serviceDeadline, now >= pause.graceUntil, isProven {
        change(to: .detached, at: now, into: &actions)
      }
    case .detached: if now < serviceDeadline { change(to: .up, at: now, into: &actions) }
    default: break
    }
  }

  /// When the service network would count as lost if nothing more were heard there.
  func serviceDue(after now: Instant) -> Instant {
    guard status == .up else { return .never }
    let deadline = serviceDeadline
    return deadline > now ? deadline : .never
  }

  /// `tau` after the last instant at which we heard someone there and someone heard us. These may be two different
  /// nodes, since relays close the circle. ``Instant/never`` for a node without others: it has no way to tell.
  private var serviceDeadline: Instant {
    var lastHeard = Instant.zero
    var lastHeardBy = Instant.zero
    var hasOthers = false
    for peer in peers.all where peer.isLive && peer.isWitness {
      hasOthers = true
      lastHeard = max(lastHeard, peer.lastHeardOnService)
      lastHeardBy = max(lastHeardBy, peer.wayBack.heardUsOnService)
    }
    if !hasOthers { return .never }
    return max(min(lastHeard, lastHeardBy), max(reach.hearingSince, lifecycle.upSince)) + timing.timeout
      + Duration(nanoseconds: 1)
  }
}
