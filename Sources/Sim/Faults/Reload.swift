import Engine
import FarmFile

/// A farm file that has changed on some nodes and that their daemons read again.
///
/// Its settings change nothing at once: the nodes stage them, and switch to them together once every member has staged
/// them. The node-local policy (checkers, commands, `notify:`) holds as soon as the daemon has read it.
public struct Reload: Sendable, Hashable {
  /// What differs from the scenario's `farm:` block: `heartbeat.interval 50 ms`, `other rules`.
  public let changes: [String]
  /// The keys that are gone: `groups.mail`.
  public let without: [String]
  /// The whole file after the change.
  public let farm: Farm

  public init(changes: [String] = [], without: [String] = [], farm: Farm) {
    self.changes = changes
    self.without = without
    self.farm = farm
  }

  /// The settings that the nodes stage.
  public var settings: Settings { farm.settings }

  /// The changes as text: `with other rules and without groups.mail`; `nil` if nothing has changed.
  /// - Parameter most: how many changes are named; the others are counted.
  public func words(atMost most: Int = .max) -> String? {
    var with = Array(changes.prefix(most))
    var gone = Array(without.prefix(most - with.count))
    let rest = changes.count + without.count - with.count - gone.count
    if rest > 0, gone.isEmpty { with.append("\(rest) more") } else if rest > 0 { gone.append("\(rest) more") }
    let parts = [("with", with), ("without", gone)].filter { !$0.1.isEmpty }
    return parts.isEmpty
      ? nil : parts.map { "\($0.0) \(PlainText.list($0.1))" }.joined(separator: " and ")
  }
}

extension Scenario {
  /// The farm files that nodes may have: the scenario's own, then those of each reload, every one once.
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
