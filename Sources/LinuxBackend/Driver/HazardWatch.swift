import Engine
import NIOCore

/// What others' rules do to the farm's connections, looked at again when somebody has changed rules. Confined to the
/// driver's loop, where it costs one system call a second.
final class HazardWatch {
  private let rules: RulesetWatch
  /// Whether to look, whatever has changed.
  var isDue = false
  private var isLooking = false
  /// The rules that are there now.
  private(set) var present: [ForeignRule] = []
  /// How many have come since the start.
  private(set) var count: UInt64 = 0

  /// - Parameter table: the farm's own.
  init(table: String) throws(NetlinkSocket.Refusal) { rules = try RulesetWatch(table: table) }

  /// Whether to look now; then ``end(_:)`` must follow.
  func begin() -> Bool {
    if rules.hasChanged() { isDue = true }
    guard isDue, !isLooking else { return false }
    (isDue, isLooking) = (false, true)
    return true
  }

  /// Takes what was found. - Parameter found: `nil` if that could not be seen: it is looked at again.
  /// - Returns: what has come, and what has gone.
  func end(_ found: [ForeignRule]?) -> (new: [ForeignRule], gone: [ForeignRule]) {
    isLooking = false
    guard let found else {
      isDue = true
      return ([], [])
    }
    defer { present = found }
    let new = found.filter { !present.contains($0) }
    count += UInt64(new.count)
    return (new, present.filter { !found.contains($0) })
  }
}

extension DriverCore {
  /// Looks, on another thread, whether rules of others keep connections from being tracked, once somebody has changed rules.
  func lookForHazards() {
    guard let counters, let hazards, hazards.begin() else { return }
    let search = TrackingHazards(farm: setup.farm, interface: setup.serviceInterface)
    let bound = NIOLoopBound(self, eventLoop: loop)
    counters.runIfActive(eventLoop: loop) { try? search.find() }.whenComplete { result in
      let core = bound.value
      guard let (new, gone) = core.hazards?.end((try? result.get()) ?? nil) else { return }
      for rule in gone { core.say(.trackedAgain(rule)) }
      for rule in new { core.say(.untracked(rule)) }
    }
  }
}
