/// Whether all members have one view. If so, only its target can take a bucket that nobody claims.
///
/// When views change twice within a few milliseconds, a bucket may have two targets for a moment, each by its own view,
/// and one release would let both accept. A node sets a bucket's bit before it announces any later view. So once *all*
/// others announce our view, we know of whatever they took under an earlier one. And no node takes anything under a
/// later view before we have announced that view ourselves.
extension Node {
  func announcesOurDigest(_ node: NodeID) -> Bool {
    peers[node.index].isLive && peers[node.index].hasContent
      && peers[node.index].viewDigest == view.digest
  }

  /// Whether every other member announces our view, as of what it claims in a group. A node that is alone in its view
  /// has nobody to agree with.
  func hasOneView(in group: Int, at now: Instant, _ again: inout Instant) -> Bool {
    if view.members == NodeSet(id) { return false }
    for node in view.members where node != id {
      let section = node.index * groups.count + group
      guard announcesOurDigest(node), sectionSequences[section] >= peers[node.index].digestSequence else {
        return false
      }
    }
    // A digest may come back, as when a node drains and resumes at once, and an announcement may be of the first time.
    // What led to the view before ours reached all within a delay. They said so within the trigger spacing and another
    // delay. What they announce after that is no older.
    let due = earlierViewSince + timing.triggerSpacing + 2 * timing.delayBound
    if now >= due { return true }
    again = min(again, due)
    return false
  }

  /// Until when an owner waits for all to have its view. By then a silent member has been removed, and one that keeps
  /// disagreeing must not stop the farm.
  var agreementEnd: Instant { viewSince + timing.timeout }
}
