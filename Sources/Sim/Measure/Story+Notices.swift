import Engine

extension Story {
  /// A node says something of itself.
  mutating func notice(_ notice: Notice, of node: NodeID, at now: Instant) {
    guard isKept else { return }
    let me = name(node)
    switch notice {
    case .view, .released, .configurationStaged, .configurationSwitched: break
    case .status(let status, let from):
      let kind: TimelineEntry.Kind = status == .fenced ? .alarm : .view
      if status != from { add(now, node, kind, "\(me) is \(status.name)") }
    case .removed(let member):
      if isNews(.removed, about: member.index, at: now) {
        add(now, node, .view, "\(me) is the first to miss \(name(member))")
      }
    case .left(let member):
      if isNews(.left, about: member.index, at: now) {
        add(now, node, .view, "\(name(member)) has left, says \(me)")
      }
    case .joined(let member):
      if isNews(.joined, about: member.index, at: now) {
        add(now, node, .view, "\(name(member)) joins, first seen by \(me)")
      }
    case .returned(let member):
      if isNews(.returned, about: member.index, at: now) {
        add(now, node, .view, "\(name(member)) is heard again, first by \(me)")
      }
    case .claimed(let group, let count, let reason):
      add(now, node, .ownership, "\(me) \(Story.verb(reason)) \(Story.buckets(count)) of \(name(group))")
    case .paused(let length):
      add(now, node, .alarm, "\(me) notices that it stood still for \(Story.text(length))")
    case .commitFailed:
      if isNews(.commitFailed, about: node.index, at: now) {
        add(now, node, .alarm, "the kernel of \(me) refuses a commit")
      }
    case .leaseLost:
      if isNews(.leaseLost, about: node.index, at: now) { add(now, node, .alarm, "\(me) has lost its lease") }
    case .duplicateNodeID:
      if isNews(.duplicate, about: node.index, at: now) {
        add(now, node, .alarm, "\(me) hears another machine under its own node id")
      }
    case .configurationMismatch:
      if isNews(.mismatch, about: node.index, at: now) {
        add(now, node, .alarm, "\(me) hears only members with another configuration")
      }
    case .refused(let refusal): add(now, node, .alarm, "\(me) refuses: \(Story.words(refusal))")
    case .drained(let left):
      add(
        now, node, .view, "\(me) is drained, \(left == 1 ? "1 tracked flow" : "\(left) tracked flows") left")
    case .heldDown: add(now, node, .alarm, "\(me) is held down after too many joins")
    case .resumed: add(now, node, .view, "\(me) goes on as the daemon before it")
    case .resumptionRefused(let obstacle):
      add(now, node, .alarm, "\(me) starts anew: \(Story.words(obstacle))")
    case .caughtUp(let missing):
      if missing.isEmpty { return }
      add(now, node, .view, "\(me) decides again without \(missing.map(name).joined(separator: ", "))")
    }
  }

  private static func words(_ obstacle: ResumptionObstacle) -> String {
    switch obstacle {
    case .leaseOver: "its lease is over"
    case .otherSettings: "its settings are not those that were in force"
    case .noLease: "there is no lease to go on with"
    case .filterUnknown: "the kernel filter holds something else"
    }
  }

  private static func verb(_ reason: ClaimReason) -> String {
    switch reason {
    case .takeOver: "takes over"
    case .handOver: "is handed"
    case .unclaimed: "claims"
    }
  }

  private static func words(_ refusal: Refusal) -> String {
    switch refusal {
    case .lastNodeUp: "it is the last node that is up"
    case .notRunning: "it does not run"
    case .invalidSettings: "the settings contradict each other"
    case .weightOutOfRange: "the weight is above the configured one"
    }
  }

  private static func buckets(_ count: Int) -> String { count == 1 ? "1 bucket" : "\(count) buckets" }

  /// A length in ms below 10 s, else in s with one decimal.
  static func text(_ length: Duration) -> String {
    let ms = (length.nanoseconds + 500_000) / 1_000_000
    if ms < 10_000 { return "\(ms) ms" }
    let tenths = (ms + 50) / 100
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
