import Engine
import FarmFile

/// How another node's configuration differs from this node's, key by key if the node has told its keys.
public struct PeerDifference: Sendable, Hashable {
  public var node: NodeID
  /// The digest of the other node's configuration.
  public var digest: Digest
  /// Whether it compares the staged configurations, not those in force.
  public var isStaged: Bool
  /// The keys that differ; `nil` until the node has told them. An older farmd never does.
  public var keys: [KeyDifference]?
}

extension FarmNames {
  /// One line about a difference that one or several nodes have.
  func text(of difference: PeerDifference, nodes: NodeSet) -> String {
    let who = list(nodes)
    let verb = nodes.count == 1 ? "has" : "have"
    let what = difference.isStaged ? "\(verb) staged another configuration" : "\(verb) another configuration"
    return "\(who) \(what): \(Self.keys(difference, on: who, isOne: nodes.count == 1))"
  }

  /// The differences of several nodes in one line; nodes with the same configuration share a phrase. `nil` if there is
  /// none.
  func together(_ differences: [PeerDifference]) -> String? {
    var lines: [String] = []
    var rest = differences
    while let first = rest.first {
      let same = rest.filter { $0.digest == first.digest && $0.isStaged == first.isStaged }
      rest.removeAll { $0.digest == first.digest && $0.isStaged == first.isStaged }
      var nodes = NodeSet()
      for difference in same { nodes.insert(difference.node) }
      lines.append(text(of: same.first { $0.keys != nil } ?? first, nodes: nodes))
    }
    return lines.isEmpty ? nil : lines.joined(separator: "; ")
  }

  /// The part about the keys.
  static func keys(_ difference: PeerDifference, on who: String, isOne: Bool) -> String {
    guard let keys = difference.keys else {
      return
        "which keys \(isOne ? "it has not told; an older farmd does" : "they have not told; an older farmd does") not"
    }
    if keys.isEmpty { return "it has another version of farmd, and no key differs that this one knows" }
    let some = keys.prefix(8).map { $0.text("on \(who)") }
    return some.joined(separator: "; ") + (keys.count > 8 ? "; and \(keys.count - 8) more keys" : "")
  }
}
