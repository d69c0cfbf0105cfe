/// Whether the members have one view: then nobody but its target can take a bucket that nobody claims.
///
/// Views that change twice within a few milliseconds have two targets for a bucket for a moment, each by its own
/// view, and one release would do for both. Who takes a bucket sets its bit before he announces any later view. So
/// once *all* others announce our view, whatever they took under an earlier one is known to us; and nobody takes
/// under a later one before we have announced that ourselves.
extension Node {
  func announcesOurDigest(_ node: NodeID) -> Bool {
    peers[node.index].isLive && peers[node.index].hasContent
      && peers[node.index].viewDigest == view.digest
  }

  /// Whether every other member announces our view, as of what it claims in a group. Nobody says so to a node that
  /// is alone.
  mutating func hasOneView(in group: Int, at now: Instant) -> Bool {
    if view.members == NodeSet(id) { return false }
    for node in view.members where node != id {
      let section = node.index * groups.count + group
      guard announcesOurDigest(node), sectionSequences[section] >= peers[node.index].digestSequence else {
        return false
      }
    }
    // A digest may come back, as when a node drains and resumes at once, and an announcement may be of the first
    // time. All have heard what led to the view before ours, and said so, after two delays and a heartbeat that
    // waited for its turn: what they announce then is no older than that.
    let due = earlierViewSince + timing.triggerSpacing + 2 * timing.delayBound
    if now >= due { return true }
    ownershipDue = min(ownershipDue, due)
    return false
  }

  /// When an owner no longer waits for all to have its view: who says nothing has been removed by then, and one that
  /// goes on to disagree shall not stop the farm.
  var agreementEnd: Instant { viewSince + timing.timeout }
}
