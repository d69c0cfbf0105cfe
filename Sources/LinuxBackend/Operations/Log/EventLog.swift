import Engine
import FarmFile
import Logging
import Synchronization

/// What the node says, as lines in the log with its view digest and epoch, and as counts.
///
/// A line that would come again and again, as when the kernel refuses every commit, is written every ten seconds with
/// the number of times. The counts include all of them.
public final class EventLog: Sendable {
  private struct Repeated {
    var text: String
    var since: Instant
    var count: Int
  }

  private struct State {
    var counts = [UInt64](repeating: 0, count: EventKind.allCases.count)
    var repeated: [Repeated] = []
  }

  public let logger: Logger
  /// For lines that do not come from the engine.
  private let limit: LogLimit
  private let names: FarmNames
  private let node: NodeID
  private let state = Mutex(State())

  public init(logger: Logger, farm: Farm, node: NodeID) {
    self.logger = logger
    limit = LogLimit(logger)
    names = FarmNames(farm)
    self.node = node
  }

  /// Logs and counts a notice of the node, with the view and epoch that it has then.
  public func note(_ notice: Notice, view: Digest, epoch: Epoch, at now: Instant) {
    let kind = EventKind(notice)
    let text = names.text(of: notice, from: node)
    let times: Int? = state.withLock { state in
      state.counts[kind.index] += 1
      guard kind.isRepeating else { return 1 }
      return Self.times(text, at: now, &state.repeated)
    }
    guard let times else { return }
    logger.log(
      level: kind.level, "\(text)\(times > 1 ? " (\(times) times)" : "")",
      metadata: ["view": "\(view.hex)", "epoch": "\(epoch.rawValue)"])
  }

  /// Logs an event of a driver.
  public func note(_ event: DriverEvent, _ moment: DriverMoment) {
    let now = moment.at
    switch event {
    case .notice(let notice): note(notice, view: moment.view, epoch: moment.epoch, at: now)
    case .repaired(let text):
      limit.log(
        .warning, "somebody changed what farmd keeps in the kernel, repaired: \(text)", kind: "repaired",
        at: now)
    case .hostSetting(let text): limit.log(.notice, text, kind: "host setting", at: now)
    case .kernelRefused(let reason):
      limit.log(.error, "the kernel refuses: \(reason)", kind: "kernel refuses", at: now)
    case .kernelRecovered:
      limit.log(.notice, "the kernel does what it is asked again", kind: "kernel recovers", at: now)
    case .networkLost(let network, let error):
      limit.log(.error, "\(error)", kind: "lost \(network.rawValue)", at: now)
    case .networkBack(let network):
      limit.log(
        .notice, "network \(names.name(network)): heartbeats are sent again",
        kind: "back \(network.rawValue)",
        at: now)
    case .claimed(let claim, let node):
      limit.log(
        .error, "\(claim.words(node: node))\(claim.count > 1 ? " (\(claim.count) times)" : "")",
        kind: "claimed \(claim.address.text)", at: now)
    case .forged(let senders):
      limit.log(
        .error,
        "\(senders.words(node: names.name(senders.node)))\(senders.count > 2 ? " (\(senders.count) times)" : "")",
        kind: "forged \(senders.node.rawValue)", at: now)
    case .pathTooShort(let trouble):
      limit.log(.error, trouble.words(names), kind: "short \(trouble.subject)", at: now)
    case .pathLongEnough(let trouble):
      limit.log(.notice, "gone: \(trouble.words(names))", kind: "long \(trouble.subject)", at: now)
    case .untracked(let rule):
      limit.log(
        .error,
        "connections to the virtual IP are not tracked, and end after their handshake, because of \(rule.words); to fix: \(rule.removal)",
        kind: "untracked \(rule.words)", at: now)
    case .trackedAgain(let rule):
      limit.log(
        .notice, "gone, so connections are tracked again: \(rule.words)", kind: "tracked again \(rule.words)",
        at: now)
    case .configurationDiffers(let difference):
      logger.error(
        "\(names.text(of: difference, nodes: NodeSet(difference.node)))",
        metadata: ["view": "\(moment.view.hex)", "epoch": "\(moment.epoch.rawValue)"])
    case .peerKey(let node, let key):
      limit.log(
        .notice, "heartbeats of \(names.name(node)) are made with key \(key) now",
        kind: "key \(node.rawValue)",
        at: now)
    case .cannotStore(let reason): limit.log(.error, reason, kind: "cannot store", at: now)
    // Each such event already has its own line.
    case .farm: break
    }
  }

  /// How often each kind has happened, in a fixed order.
  public var counts: [CountReport] {
    let counts = state.withLock { $0.counts }
    return EventKind.allCases.map { CountReport(name: $0.rawValue, count: counts[$0.index]) }
  }

  /// How many times a line now stands for; `nil` while it is held back.
  private static func times(_ text: String, at now: Instant, _ repeated: inout [Repeated]) -> Int? {
    guard let i = repeated.firstIndex(where: { $0.text == text }) else {
      // Texts may contain numbers, so there may be any number of them: old ones are dropped.
      repeated.removeAll { $0.count == 0 && now >= $0.since + DriverEvent.patience }
      repeated.append(Repeated(text: text, since: now, count: 0))
      return 1
    }
    repeated[i].count += 1
    guard now >= repeated[i].since + DriverEvent.patience else { return nil }
    defer { repeated[i] = Repeated(text: text, since: now, count: 0) }
    return repeated[i].count
  }
}
