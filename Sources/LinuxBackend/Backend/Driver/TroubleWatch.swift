import Engine
import FarmFile

/// Makes events for the command of `notify:` out of trouble on a machine and around it, which the engine knows nothing
/// of.
///
/// Trouble that lasts is told when it begins and when it is over. Trouble that only repeats is told once, until it has
/// been quiet for a while.
struct TroubleWatch: Sendable {
  /// Trouble that has been told and is not over, by reason and subject.
  private var lasting: Set<String> = []
  /// When repeating trouble, which has no end, came last.
  private var repeated: [String: Instant] = [:]

  /// Something that is wrong, or no longer wrong.
  private struct Trouble {
    var reason: String
    /// Tells two troubles of the same reason apart.
    var subject = ""
    var words: String
    var course = Course.begins
  }

  private enum Course { case begins, ends, repeats }

  /// The event to tell for a driver's event; `nil` for none.
  mutating func event(of event: DriverEvent, _ setup: DriverSetup, at now: Instant) -> FarmEvent? {
    guard let trouble = Self.trouble(event, setup) else { return nil }
    let key = "\(trouble.reason) \(trouble.subject)"
    switch trouble.course {
    case .begins: guard lasting.insert(key).inserted else { return nil }
    case .ends: guard lasting.remove(key) != nil else { return nil }
    case .repeats:
      let last = repeated.updateValue(now, forKey: key)
      if let last, now - last < DriverEvent.patience { return nil }
    }
    var told = FarmEvent(trouble.course == .ends ? .troubleOver : .trouble)
    (told.reason, told.words) = (trouble.reason, trouble.words)
    return told
  }

  private static func trouble(_ event: DriverEvent, _ setup: DriverSetup) -> Trouble? {
    let names = FarmNames(setup.farm)
    switch event {
    case .kernelRefused(let reason): return Trouble(reason: "kernel", words: "the kernel refuses: \(reason)")
    case .kernelRecovered:
      return Trouble(reason: "kernel", words: "the kernel refuses what it is asked", course: .ends)
    case .networkLost(let network, let error):
      return Trouble(reason: "network", subject: "\(network.rawValue)", words: "\(error)")
    case .networkBack(let network):
      let words = "network \(names.name(network)): no heartbeats are sent"
      return Trouble(reason: "network", subject: "\(network.rawValue)", words: words, course: .ends)
    case .pathTooShort(let trouble):
      return Trouble(reason: "short_path", subject: trouble.subject, words: trouble.words(names))
    case .pathLongEnough(let trouble):
      return Trouble(
        reason: "short_path", subject: trouble.subject, words: trouble.words(names), course: .ends)
    case .untracked(let rule):
      return Trouble(reason: "untracked", subject: rule.words, words: words(of: rule))
    case .trackedAgain(let rule):
      return Trouble(reason: "untracked", subject: rule.words, words: words(of: rule), course: .ends)
    case .claimed(let claim, let node):
      return Trouble(
        reason: "address_claimed", subject: claim.address.text, words: claim.words(node: node),
        course: .repeats)
    case .configurationDiffers(let difference):
      let nodes = NodeSet(difference.node)
      return Trouble(
        reason: "other_file", subject: "\(difference.node.rawValue)",
        words: names.text(of: difference, nodes: nodes), course: .repeats)
    case .cannotStore(let reason): return Trouble(reason: "disk", words: reason, course: .repeats)
    // The engine's own events tell these, or they are no trouble.
    case .notice, .forged, .repaired, .hostSetting, .peerKey, .farm: return nil
    }
  }

  private static func words(of rule: ForeignRule) -> String {
    "connections to the virtual IP are not tracked, because of \(rule.words)"
  }
}
