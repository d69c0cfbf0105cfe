import Engine
import FarmFile

extension Story {
  /// A node runs the command of `notify:`.
  mutating func told(_ event: FarmEvent, by node: NodeID, at now: Instant) {
    guard isKept else { return }
    let text = names(of: node).text(of: event, from: node)
    add(now, node, .told, "\(name(node)) runs its notify command, \(event.kind.rawValue): \(text)")
  }
}
