import Engine
import FarmFile

/// The result of reading a file again.
public struct Reloaded: Sendable, Hashable {
  /// When the settings come into force.
  public enum Settings: Sendable, Hashable {
    /// They are the settings in force.
    case unchanged
    /// They wait until every member has staged the same; these nodes have not.
    case staged(Digest, waitsFor: [String])
    /// All members had staged them, and the node has switched.
    case switched(Digest)
  }

  public var settings: Settings
  /// How the file differs from the one before: in keys that all nodes must share, and in this node's own.
  public var shared: [KeyDifference]
  public var own: [KeyDifference]
  /// The keys that send and accept heartbeats, in words, if they have changed.
  public var keys: String?

  /// The answer to the command.
  public var answer: String {
    switch settings {
    case .unchanged: "keys read again; the settings are those in force"
    case .staged(let digest, let others):
      "staged \(digest.hex): switched to once every member that is up has it"
        + (others.isEmpty ? "" : "; waits for \(others.joined(separator: ", "))")
    case .switched(let digest): "switched to \(digest.hex): every member that is up had it"
    }
  }

  /// What changed, for the log: key by key, with whether it is in force.
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
