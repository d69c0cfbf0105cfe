import Engine
import FarmFile

/// Another node's configuration that is not this one's, key by key as far as that node has told.
public struct PeerDifference: Sendable, Hashable {
  public var node: NodeID
  /// Of the other node's configuration.
  public var digest: Digest
  /// Whether it is about what both have staged, not about what is in force.
  public var isStaged: Bool
  /// `nil` as long as the node has not told its keys; an older farmd never does.
  public var keys: [KeyDifference]?
}

extension FarmNames {
  /// One line about one difference, or about the same one of several nodes.
  func text(of difference: PeerDifference, nodes: NodeSet) -> String {
    let who = list(nodes)
    let verb = nodes.count == 1 ? "has" : "have"
    let what = difference.isStaged ? "\(verb) staged another configuration" : "\(verb) another configuration"
    return "\(who) \(what): \(Self.keys(difference, on: who, isOne: nodes.count == 1))"
  }

  /// The keys alone.
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
