/// The progress of a node that takes the place of an earlier daemon. Until the node has heard the members of that
/// daemon's view again, it admits and removes no member.
///
/// It is over when every member is known: heard again, or silent for `tau` while another member has been heard. After
/// `tau + T` it is over in any case.
struct CatchUp: Sendable {
  /// When it ends at the latest; `nil` while the node has nothing to catch up with.
  private var end: Instant?

  var isOn: Bool { end != nil }

  mutating func begin(until end: Instant) { self.end = end }

  mutating func finish() { end = nil }

  /// Whether it is over. - Parameter others: the members of the last view, without this node.
  func isOver(_ others: NodeSet, _ peers: PeerTable, timeout: Duration, at now: Instant) -> Bool {
    guard let end, now < end else { return true }
    var hasHeard = false
    var hasSilent = false
    for node in others {
      if peers[node.index].hasContent {
        hasHeard = true
      } else if now - peers[node.index].lastEvidence > timeout {
        hasSilent = true
      } else {
        return false
      }
    }
    return hasHeard || !hasSilent
  }

  /// The members that have not been heard.
  func missing(of others: NodeSet, _ peers: PeerTable) -> NodeSet {
    var missing = NodeSet.empty
    for node in others where !peers[node.index].hasContent { missing.insert(node) }
    return missing
  }

  /// When it could be over if nothing more is heard.
  func due(_ others: NodeSet, _ peers: PeerTable, timeout: Duration, after now: Instant) -> Instant {
    guard var due = end else { return .never }
    for node in missing(of: others, peers) {
      let deadline = peers[node.index].lastEvidence + timeout + Duration(nanoseconds: 1)
      if deadline > now { due = min(due, deadline) }
    }
    return due
  }
}
