import Engine
import FarmFile

/// What one node's daemon would tell the command of `notify:`.
struct NodeTeller: Sendable {
  private var coverage = CoverageWatch()
  /// `nil` if the node's file has no `notify:`.
  private var watch: FarmEventWatch?

  /// A daemon that has just been started.
  init(_ settings: NotifySettings?, _ node: Node) {
    coverage.reset(node, names: node.settings.ownershipGroups.indices.map { "\($0)" })
    replace(settings, node)
  }

  /// The daemon has read its file again.
  mutating func replace(_ settings: NotifySettings?, _ node: Node) {
    guard let settings else {
      watch = nil
      return
    }
    if watch == nil { watch = FarmEventWatch(settings, node, coverage) }
    watch?.replace(settings)
  }

  /// Appends the events that a step of the node makes its daemon tell.
  mutating func look(at node: Node, _ actions: [Action], now: Instant, into events: inout [FarmEvent]) {
    var removed = NodeSet.empty
    for case .notice(let notice) in actions {
      switch notice {
      case .removed(let member): removed.insert(member)
      case .configurationSwitched:
        coverage.reset(node, names: node.settings.ownershipGroups.indices.map { "\($0)" })
        watch?.regroup(coverage)
      default: break
      }
    }
    coverage.look(at: node, removed: removed, now: now)
    watch?.look(at: node, actions, coverage, now: now, into: &events)
  }
}

extension World {
  /// Puts the events that a node's step makes its daemon tell into the story, before the actions are performed.
  mutating func tellEvents(_ n: Int) {
    if tellers.isEmpty { return }
    var events: [FarmEvent] = []
    tellers[n].look(at: nodes[n], actions, now: now, into: &events)
    for event in events { story.told(event, by: NodeID(n), at: now) }
  }
}
