import Engine
import FarmFile

/// The lines for nodes' notices.
///
/// The wording depends on the status of the node that reports: a node outside the farm finds the members, a deaf node
/// misses everybody, and any other node's report is news about the member.
extension Story {
  /// Takes a node's notice about itself or its peers.
  mutating func notice(_ notice: Notice, of node: NodeID, at now: Instant) {
    guard isKept else { return }
    let me = name(node)
    let words = names(of: node).text(of: notice, from: node)
    switch notice {
    case .view, .released: break
    case .configurationStaged:
      if isNews(.staged, about: 0, at: now) {
        add(now, node, .view, "\(me) is the first to stage the new settings, until every member has them")
      }
    case .configurationSwitched:
      if isNews(.switched, about: 0, at: now) {
        add(now, node, .view, "\(me) is the first to switch to the new settings")
      }
    case .status(let status, let from):
      take(status, of: node)
      if status == .deaf { takeBackLosses(of: node, at: now) }
      if status != from {
        let (kind, isMinor) = Story.place(of: status)
        add(now, node, kind, words, isMinor: isMinor)
      }
    case .removed(let member):
      if hearsNobody(node) {
        // A deaf node misses everybody: that is its own trouble, not the peer's loss.
        add(now, node, .view, Story.silence(of: name(member), to: me), isMinor: true)
      } else if isNews(.removed, about: member.index, at: now) {
        add(now, node, .loss, Story.loss(of: name(member), to: me))
      }
    case .left(let member):
      if isNews(.left, about: member.index, at: now) {
        add(now, node, .loss, departure(of: member, to: me))
      }
    case .joined(let member):
      if isOutside(node) {
        if isNews(.found, about: node.index, at: now) {
          add(now, node, .life, "\(me) hears others: \(name(member)) first", isMinor: true)
        }
      } else if isNews(.joined, about: member.index, at: now) {
        add(now, node, .life, "\(name(member)) joins, first seen by \(me)", isMinor: true)
      }
    case .returned(let member):
      if isOutside(node) || hearsNobody(node) {
        if isNews(.heardAgain, about: node.index, at: now) {
          add(now, node, .view, "\(me) hears others again: \(name(member)) first")
        }
      } else if isNews(.returned, about: member.index, at: now) {
        add(now, node, .view, "\(name(member)) is heard again, first by \(me)")
      }
    case .claimed(let group, let count, let reason):
      let claim = TimelineEntry.Claim(group: group, count: count, reason: reason)
      add(now, node, .ownership, words, claim: claim)
    case .commitFailed: alarmOnce(.commitFailed, words, node, at: now)
    case .leaseLost:
      alarmOnce(.leaseLost, "\(me) finds its lease over and gives up its buckets", node, at: now)
    case .duplicateNodeID: alarmOnce(.duplicate, words, node, at: now)
    case .sharedNodeID(let member):
      if isNews(.duplicate, about: member.index, at: now) { add(now, node, .alarm, words) }
    case .deaf: break
    case .configurationMismatch: alarmOnce(.mismatch, words, node, at: now)
    case .paused(let length):
      // Written like every other time in the story.
      add(now, node, .alarm, "\(me) notices that it stood still for \(Readable.atLeast(length))")
    case .refused, .heldDown, .unauthenticated, .setBack, .stale, .resumptionRefused:
      add(now, node, .alarm, words)
    case .caughtUp(let missing):
      if !missing.isEmpty { add(now, node, .view, words) }
    case .drained:
      let rest = haveUntrackedFlows ? "; UDP flows, which no kernel tracks, go to other nodes at once" : ""
      add(now, node, .view, words + rest)
    case .resumed: add(now, node, .view, words)
    }
  }

  static func loss(of member: String, to observer: String) -> String {
    "\(observer) is the first to miss \(member)"
  }

  static func silence(of member: String, to observer: String) -> String {
    "\(observer) hears \(member) no more"
  }

  /// The kind of a line about a status, and whether it is minor: a state on the way is, the state where it ends is not.
  private static func place(of status: Status) -> (TimelineEntry.Kind, isMinor: Bool) {
    switch status {
    case .fenced, .deaf: (.alarm, false)
    case .standby, .detached: (.view, false)
    case .up: (.life, false)
    case .stopped, .listening, .joining, .draining, .leaving: (.life, true)
    }
  }

  /// Whether a node has no part in the farm yet: then a member that it finds is new to the node, not to the farm.
  private func isOutside(_ node: NodeID) -> Bool {
    switch status(of: node) {
    case .stopped, .listening, .joining: true
    case .up, .draining, .leaving, .standby, .fenced, .detached, .deaf: false
    }
  }

  /// Whether a node misses others because it receives nothing itself.
  private func hearsNobody(_ node: NodeID) -> Bool {
    switch status(of: node) {
    case .deaf: true
    case .stopped, .listening, .joining, .up, .draining, .leaving, .standby, .fenced, .detached: false
    }
  }

  /// The line for a member that has said itself that it leaves the view: it may be about to end, or out of service for
  /// another reason.
  private func departure(of member: NodeID, to observer: String) -> String {
    switch status(of: member) {
    case .stopped, .leaving: "\(name(member)) has left, says \(observer)"
    case .up, .draining, .detached: "\(name(member)) is out of service, says \(observer)"
    case .listening, .joining: "\(observer) is the first to hear that \(name(member)) has begun anew"
    case .standby, .fenced, .deaf:
      "\(observer) is the first to hear that \(name(member)) is \(status(of: member).name)"
    }
  }

  /// The file of a running node was changed to one that does not name the node.
  mutating func cannotFollow(_ node: NodeID, at now: Instant) {
    guard isKept else { return }
    add(now, node, .alarm, "\(name(node)) goes on as before: the changed farm file does not name it")
  }

  private mutating func alarmOnce(_ topic: Topic, _ words: String, _ node: NodeID, at now: Instant) {
    if isNews(topic, about: node.index, at: now) { add(now, node, .alarm, words) }
  }

  static func text(_ length: Duration) -> String { FarmNames.text(length) }
}
