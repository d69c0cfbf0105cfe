import Engine
import FarmFile

/// A farm file that was changed on some nodes and that their daemons read again.
///
/// Its settings change nothing at once: the nodes stage them and switch to them together, once every member has. What
/// is a node's own policy, checkers and whom it tells, holds from when its daemon reads it.
public struct Reload: Sendable, Hashable {
  /// What it says otherwise than the scenario's `farm:` block: a mapping of the same keys.
  public let change: YAMLNode
  /// What it no longer says, key by key: `groups.mail`.
  public let without: [String]
  /// What the file says then.
  public let farm: Farm

  public init(change: YAMLNode, without: [String] = [], farm: Farm) {
    self.change = change
    self.without = without
    self.farm = farm
  }

  /// What the nodes stage.
  public var settings: Settings { farm.settings }

  /// What is written otherwise, value by value: `heartbeat.interval 50 ms`; lists by their key alone, `no groups.mail`.
  public var words: [String] { Reload.words(change, path: []) + without.map { "no \($0)" } }

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
  /// The farm files that nodes may come to have: the scenario's own, then those of each reload, every one once.
  package var files: [Farm] {
    var all = [farm]
    for fault in faults {
      guard case .reload(_, let reload) = fault.kind, !all.contains(reload.farm) else { continue }
      all.append(reload.farm)
    }
    return all
  }

  /// The settings of the ``files``, every one once.
  package var configurations: [Settings] {
    var all: [Settings] = []
    for file in files where !all.contains(file.settings) { all.append(file.settings) }
    return all
  }
}
