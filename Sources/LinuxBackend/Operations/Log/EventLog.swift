import Engine
import FarmFile
import Logging
import Synchronization

/// What the node says, as lines in the log with its view digest and epoch, and as counts.
///
/// A line that would come again and again, as when the kernel refuses every commit, is written every ten seconds with
/// the number of times. The counts include all of them.
public final class EventLog: Sendable {
  /// How long a repeated line is held back.
  static let patience = Duration.seconds(10)

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
  let limit: LogLimit
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

  func name(_ node: NodeID) -> String { names.name(node) }

  func text(of difference: PeerDifference) -> String {
    names.text(of: difference, nodes: NodeSet(difference.node))
  }

  func words(of trouble: PathTrouble) -> String { trouble.words(names) }

  func networkName(_ network: NetworkID) -> String { names.name(network) }

  /// How often each kind has happened, in a fixed order.
  public var counts: [CountReport] {
    let counts = state.withLock { $0.counts }
    return EventKind.allCases.map { CountReport(name: $0.rawValue, count: counts[$0.index]) }
  }

  /// How many times a line now stands for; `nil` while it is held back.
  private static func times(_ text: String, at now: Instant, _ repeated: inout [Repeated]) -> Int? {
    guard let i = repeated.firstIndex(where: { $0.text == text }) else {
      // Texts may contain numbers, so there may be any number of them: old ones are dropped.
      repeated.removeAll { $0.count == 0 && now >= $0.since + patience }
      repeated.append(Repeated(text: text, since: now, count: 0))
      return 1
    }
    repeated[i].count += 1
    guard now >= repeated[i].since + patience else { return nil }
    defer { repeated[i] = Repeated(text: text, since: now, count: 0) }
    return repeated[i].count
  }
}
