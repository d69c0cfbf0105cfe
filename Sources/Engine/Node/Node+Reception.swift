/// Hearing a heartbeat: first the sender's life, then what it says.
///
/// A datagram is checked for its form, farm, sender, incarnation, numbers and configuration, in this order. If it comes
/// from its sender itself it is evidence that the sender lives; a relayed one has content alone. Its content (header,
/// vector, claims) is read unless a newer heartbeat was read before. Even an older one is read for what it shows of us
/// (`Node+Past.swift`). At the end what needs repeating is relayed, and a change is settled once.
extension Node {
  mutating func receive(_ datagram: Datagram, at now: Instant, into actions: inout [Action]) -> Outcome {
    let reader: HeartbeatReader
    do { reader = try HeartbeatReader(datagram.bytes) } catch { return .malformed }
    guard reader.farmID == settings.farmID else { return .foreignFarm }
    let sender = reader.sender
    if sender == id { return hearOwnID(reader, at: now, into: &actions) }
    guard sender.index < settings.nodeCount, datagram.from.index < settings.nodeCount else {
      return .unknownNode
    }
    let isDirect = datagram.from == sender
    if reader.incarnation < peers[sender.index].incarnation {
      if isDirect, peers.noteFormerLife(reader) { actions.append(.notice(.sharedNodeID(sender))) }
      return ignore(reader, at: now, into: &actions)
    }
    guard weigh(reader, at: now) else { return .implausible }
    if reader.incarnation > peers[sender.index].incarnation {
      beginLife(of: sender, reader.incarnation, at: now)
    } else if reader.sequence <= peers[sender.index].floor {
      return ignore(reader, at: now, into: &actions)
    }
    var isNews = false
    if isDirect {
      isNews = hear(sender, reader.sequence, on: datagram.network, at: now)
    } else if !settings.heartbeat.isRelaying {
      return .done
    }
    guard reader.configuration == configuration || configurationIsShared(reader) else {
      return noteForeign(reader, at: now, into: &actions)
    }
    if peers[sender.index].hasLeftBehind(reader) {
      let outcome = ignore(reader, at: now, into: &actions)
      return isNews ? .done : outcome
    }
    guard reader.matches(farm.plan) || reader.configuration != configuration else { return .malformed }
    if peers.noteBoot(reader) { actions.append(.notice(.sharedNodeID(sender))) }
    var hasChanged = readHeader(reader, at: now, into: &actions)
    readVector(reader, isDirect: isDirect, at: now, into: &actions)
    if readClaims(reader, at: now) { hasChanged = true }
    if status == .joining || status == .fenced || status == .deaf { advance(at: now, into: &actions) }
    if isDirect {
      if mayBeDeaf(to: sender) { relay(datagram, of: sender, at: now, into: &actions) }
      if reader.status == .leaving { lastWords.note(datagram.bytes, reader, at: now) }
      if !lastWords.isEmpty { repeatLastWords(to: reader, at: now, into: &actions) }
    }
    if hasChanged { schedule.settleSoon() }
    return .done
  }

  /// Direct hearing. - Returns: whether this datagram was not heard before on any network.
  private mutating func hear(
    _ sender: NodeID, _ sequence: SequenceNumber, on network: NetworkID, at now: Instant
  ) -> Bool {
    let heardAt = hearing(at: now)
    let carriesService =
      network.index < settings.networks.count && settings.networks[network.index].carriesService
    if carriesService {
      peers.hearOnService(sender, sequence, at: heardAt)
      if reach.silentSince != .never { note(framesArrive: true, at: now) }
    }
    guard peers.hear(sender, sequence, at: heardAt, gap: timing.twoIntervals) else { return false }
    reach.hear(at: heardAt, now: now, timeout: timing.timeout)
    freshen(sender, peers[sender.index].incarnation, sequence, at: heardAt, now: now)
    return true
  }

  /// When what is read now may have arrived: a datagram that queued while we were paused may be as old as the pause.
  func hearing(at now: Instant) -> Instant { pause.hearing(at: now, delayBound: timing.delayBound) }

  /// Takes over the header's statements. - Returns: whether one changed that ownership depends on.
  private mutating func readHeader(
    _ reader: HeartbeatReader, at now: Instant, into actions: inout [Action]
  ) -> Bool {
    guard reader.sequence > peers[reader.sender.index].contentSequence else { return false }
    views.note(reader.epoch)
    let former = peers[reader.sender.index].status
    let hasChanged = peers.read(reader)
    if reader.status == .deaf, former != .deaf { actions.append(.notice(.deaf(reader.sender))) }
    return hasChanged
  }

  /// Takes over the freshness vector: who else lives, who hears whom, and which of ours arrived.
  private mutating func readVector(
    _ reader: HeartbeatReader, isDirect: Bool, at now: Instant, into actions: inout [Action]
  ) {
    if reader.entryCount == 0 { return }
    let sender = reader.sender
    let glance = reader.glance(against: peers.all, hearingAge: timing.hearingAge)
    if let ours = reader.entry(for: id) { readEcho(ours, from: sender, at: now, into: &actions) }
    if settings.heartbeat.isRelaying {
      for node in glance.isNewer where node != id && node != sender {
        readEvidence(reader, of: node, isDirect: isDirect, at: now)
      }
    }
    let end = min(reader.firstNode + reader.entryCount, settings.nodeCount)
    let slice = NodeSet(first: end).subtracting(NodeSet(first: reader.firstNode))
    peers.note(hears: glance.hears, of: slice, by: sender)
  }

  /// Takes over what an entry knows newer of a node. If it is young enough it is a sign of life. Whatever its age, what
  /// the node said before it is no news any more.
  private mutating func readEvidence(
    _ reader: HeartbeatReader, of node: NodeID, isDirect: Bool, at now: Instant
  ) {
    guard let entry = reader.entry(for: node) else { return }
    let isNewLife = entry.incarnation > peers[node.index].incarnation
    guard entry.incarnation.isPlausible(after: peers[node.index].incarnation),
      entry.sequence.isPlausible(after: isNewLife ? SequenceNumber(0) : peers[node.index].sequence)
    else { return }
    let age = entry.evidenceAge.duration
    let isYoung = age.map { $0 <= timing.timeout } ?? false
    // A vector that was relayed may have been under way for any time.
    if isYoung && !isDirect { return }
    if isNewLife { beginLife(of: node, entry.incarnation, at: now) }
    if isYoung, let age {
      freshen(node, entry.incarnation, entry.sequence, at: now - age, now: now)
    } else {
      peers.raiseFloor(of: node, to: entry.sequence, heardAt: age.map { now - $0 } ?? .zero)
      if peers[node.index].isLive { schedule.reviewWake() }
    }
  }

  /// Takes over bitmaps, weights and where flows are tracked. - Returns: whether ownership may depend on a change.
  private mutating func readClaims(_ reader: HeartbeatReader, at now: Instant) -> Bool {
    let sender = reader.sender
    if reader.configuration != configuration {
      // It has switched or has yet to: until both agree, its bits are about other buckets.
      var hasChanged = false
      for g in groups.indices where !groups[g].claims.unknown.contains(sender) {
        groups[g].drop(sender, ending: .none, at: now)
        groups[g].doubt(sender, at: now)
        schedule.reviewResets(by: now)
        hasChanged = true
      }
      return hasChanged
    }
    var hasChanged = false
    let ending = endingOfReleases(by: sender)
    let digestSequence = peers[sender.index].digestSequence
    for i in 0..<reader.groupCount {
      let claim = reader.group(at: i)
      let news = groups[claim.group.index].read(
        reader, claim, digestSequence: digestSequence, ending: ending, at: now)
      if news.concernsOwnership { hasChanged = true }
      // Looked at with the next regular heartbeat.
      if news.concernsResets { schedule.reviewResets(by: now) }
    }
    return hasChanged
  }

  /// What a cleared bit means, by its sender's status: a member releases for the target, any other node gives up.
  private func endingOfReleases(by node: NodeID) -> LastClaim {
    switch peers[node.index].status {
    case .up, .draining, .detached: .released(by: node)
    case .stopped, .listening, .joining, .leaving, .standby, .fenced, .deaf: .gaveUp
    }
  }
}
