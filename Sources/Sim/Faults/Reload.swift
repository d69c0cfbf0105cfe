import Engine
import FarmFile

/// A farm file that was changed on some nodes and that their daemons read again.
///
/// It changes nothing at once: the nodes stage the settings and switch to them together, once every member has.
public struct Reload: Sendable, Hashable {
  /// What it says otherwise than the scenario's `farm:` block: a mapping of the same keys.
  public let change: YAMLNode
  /// What the nodes stage.
  public let settings: Settings
  /// Names by position in the settings' rules.
  public let ruleNames: [String]

  public init(change: YAMLNode, settings: Settings, ruleNames: [String]) {
    self.change = change
    self.settings = settings
    self.ruleNames = ruleNames
  }

  /// What is written otherwise, value by value: `heartbeat.interval 50 ms`; lists by their key alone.
  public var words: [String] { Reload.words(change, path: []) }

  private static func words(_ node: YAMLNode, path: [String]) -> [String] {
    switch node.content {
    case .scalar(let text, _):
      path.isEmpty || node.isNull ? [] : ["\(path.joined(separator: ".")) \(text)"]
    case .list: [path.joined(separator: ".")]
    case .mapping(let entries): entries.flatMap { words($0.value, path: path + [$0.key]) }
    }
  }
}

extension Scenario {
  /// The settings that nodes may come to have: those of the file, then those of each reload, every one once.
  package var configurations: [Settings] {
    var all = [farm.settings]
    for fault in faults {
      guard case .reload(_, let reload) = fault.kind, !all.contains(reload.settings) else { continue }
      all.append(reload.settings)
    }
    return all
  }
}
