import Engine
import FarmFile

extension Story {
  /// A node says something of itself.
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
      if status != from { add(now, node, status == .fenced || status == .deaf ? .alarm : .life, words) }
    case .removed(let member):
      if isNews(.removed, about: member.index, at: now) {
        add(now, node, .loss, "\(me) is the first to miss \(name(member))")
      }
    case .left(let member):
      if isNews(.left, about: member.index, at: now) {
        add(now, node, .loss, "\(name(member)) has left, says \(me)")
      }
    case .joined(let member):
      if isNews(.joined, about: member.index, at: now) {
        add(now, node, .life, "\(name(member)) joins, first seen by \(me)")
      }
    case .returned(let member):
      if isNews(.returned, about: member.index, at: now) {
        add(now, node, .view, "\(name(member)) is heard again, first by \(me)")
      }
    case .claimed: add(now, node, .ownership, words)
    case .commitFailed: alarmOnce(.commitFailed, words, node, at: now)
    case .leaseLost: alarmOnce(.leaseLost, words, node, at: now)
    case .duplicateNodeID: alarmOnce(.duplicate, words, node, at: now)
    case .sharedNodeID(let member):
      if isNews(.duplicate, about: member.index, at: now) { add(now, node, .alarm, words) }
    case .deaf: break
    case .configurationMismatch: alarmOnce(.mismatch, words, node, at: now)
    case .paused, .refused, .heldDown, .unauthenticated, .setBack, .stale, .resumptionRefused:
      add(now, node, .alarm, words)
    case .caughtUp(let missing):
      if !missing.isEmpty { add(now, node, .view, words) }
    case .drained, .resumed: add(now, node, .view, words)
    }
  }

  /// A running node's file was changed to one that does not name it.
  mutating func cannotFollow(_ node: NodeID, at now: Instant) {
    guard isKept else { return }
    add(now, node, .alarm, "\(name(node)) goes on as before: the changed farm file does not name it")
  }

  private mutating func alarmOnce(_ topic: Topic, _ words: String, _ node: NodeID, at now: Instant) {
    if isNews(topic, about: node.index, at: now) { add(now, node, .alarm, words) }
  }

  static func text(_ length: Duration) -> String { FarmNames.text(length) }
}
