import Engine
import FarmFile

/// What came of a file that was read again.
public struct Reloaded: Sendable, Hashable {
  /// When the settings come into force.
  public enum Settings: Sendable, Hashable {
    /// They are those in force.
    case unchanged
    /// They wait until every member has staged the same: these have not.
    case staged(Digest, waitsFor: [String])
    /// All had staged them: the node has switched.
    case switched(Digest)
  }

  public var settings: Settings
  /// What the file says otherwise: what all nodes must have, and what is this node's own.
  public var shared: [KeyDifference]
  public var own: [KeyDifference]
  /// What heartbeats are made with, and what else is accepted, if that has changed.
  public var keys: String?

  /// What the command is answered.
  public var answer: String {
    switch settings {
    case .unchanged: "keys read again; the settings are those in force"
    case .staged(let digest, let others):
      "staged \(digest.hex): switched to once every member that is up has it"
        + (others.isEmpty ? "" : "; waits for \(others.joined(separator: ", "))")
    case .switched(let digest): "switched to \(digest.hex): every member that is up had it"
    }
  }

  /// For the log: what changed, key by key, and from when on it holds.
  public var lines: [String] {
    let effect =
      switch settings {
      case .unchanged, .switched: "in force"
      case .staged: "staged"
      }
    let all = shared.map { "\($0.change) (\(effect))" } + own.map { "\($0.change) (in force)" }
    let most = 30
    return [shared.isEmpty && own.isEmpty ? "no key changed" : answer] + all.prefix(most)
      + (all.count > most ? ["and \(all.count - most) more keys"] : []) + (keys.map { [$0] } ?? [])
  }
}
