/// Another machine under our own node id.
///
/// The newcomer of the two stays away. But our own datagrams of a former life, recorded and sent again, look the same
/// and are as authentic. What they cannot have is news: of the other nodes they show what was known then. So a node
/// that has joined believes in another machine only once that shows something that a third node said after the
/// first suspicion. While it listens it believes at once, since waiting harms nobody.
extension Node {
  /// Our own id from the network: an echo of ours, a former life's datagram, or another machine.
  mutating func hearOwnID(
    _ reader: HeartbeatReader, at now: Instant, into actions: inout [Action]
  ) -> Outcome {
    if reader.bootID == bootID { return .ownEcho }
    if !hasDuplicate || now - lastDuplicate > timing.timeout {
      hasDuplicate = true
      duplicateSince = now
      duplicateIsProven = false
      duplicateMarks = peers.map { $0.sequence }
    } else {
      let isLaterLife = reader.incarnation > duplicateIncarnation
      let isLaterWord = reader.incarnation == duplicateIncarnation && reader.sequence > duplicateSequence
      guard isLaterLife || isLaterWord else { return .stale }
    }
    duplicateIncarnation = reader.incarnation
    duplicateSequence = reader.sequence
    lastDuplicate = now
    duplicateIsProven = duplicateIsProven || showsNews(reader)
    // One late datagram of a former life proves nothing: another machine goes on talking.
    guard now - duplicateSince >= timing.interval / 2, duplicateIsProven || status == .listening else {
      return .stale
    }
    actions.append(.notice(.duplicateNodeID(reader.bootID)))
    duplicateSince = now
    if status != .listening, reader.incarnation < incarnation || status == .joining {
      giveUp(for: .listening, at: now, into: &actions)
    }
    return .done
  }

  /// A configuration switch does not end a suspicion. A node that the new configuration adds has said nothing yet.
  mutating func takeSuspicion(from old: Node) {
    hasDuplicate = old.hasDuplicate
    duplicateSince = old.duplicateSince
    lastDuplicate = old.lastDuplicate
    duplicateSequence = old.duplicateSequence
    duplicateIncarnation = old.duplicateIncarnation
    duplicateIsProven = old.duplicateIsProven
    duplicateMarks = []
    for i in peers.indices where old.hasDuplicate {
      duplicateMarks.append(i < old.duplicateMarks.count ? old.duplicateMarks[i] : SequenceNumber(0))
    }
  }

  /// Whether its sender has heard something that another node said after the suspicion began.
  private func showsNews(_ reader: HeartbeatReader) -> Bool {
    for i in duplicateMarks.indices where i != id.index {
      guard peers[i].isLive, let entry = reader.entry(for: NodeID(i)) else { continue }
      if entry.incarnation == peers[i].incarnation, entry.sequence > duplicateMarks[i] { return true }
    }
    return false
  }
}
