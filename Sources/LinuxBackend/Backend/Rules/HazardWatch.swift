/// Looks for rules of others that break the farm's connections, whenever somebody has changed rules. Confined to the
/// driver's loop, where it costs one system call a second.
final class HazardWatch {
  private let rules: RulesetWatch
  /// Whether to look even if nothing has changed.
  var isDue = false
  private var isLooking = false
  /// The rules that are there now.
  private(set) var present: [ForeignRule] = []
  /// How many have appeared since the start.
  private(set) var count: UInt64 = 0

  /// - Parameter table: the farm's own.
  init(table: String) throws(NetlinkSocket.Refusal) { rules = try RulesetWatch(table: table) }

  /// Whether to look now. If so, ``end(_:)`` must follow.
  func begin() -> Bool {
    if rules.hasChanged() { isDue = true }
    guard isDue, !isLooking else { return false }
    (isDue, isLooking) = (false, true)
    return true
  }

  /// Takes the result of a look.
  /// - Parameter found: `nil` if the look failed, which makes another one due.
  /// - Returns: the rules that have appeared, and those that have gone.
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
