import Engine
import FarmFile

/// What a host knows of one neighbour's MAC, as Linux and Windows do (RFC 4861, section 7.3.2, used for IPv4 too).
///
/// ```
/// none ──use──▶ incomplete ──answer──▶ reachable ──time──▶ stale ──use──▶ delay ──time──▶ probe ──answer──▶ reachable
///                   │ 3 unanswered                                          ▲              │ 3 unanswered
///                   ▼                                                       │              ▼
///                 failed                                        answer: reachable        failed
/// ```
/// In stale, delay and probe packets go on to the old MAC: to a dead one for as long as that takes.
struct HostNeighbour: Sendable, Hashable {
  enum State: Sendable, Hashable {
    case none
    case incomplete
    case reachable
    case stale
    case delay
    case probe
    case failed
  }

  struct Settings: Sendable, Hashable {
    /// How long an answer is believed: 15 to 45 s, drawn anew by Linux every few minutes.
    var reachable = Duration.seconds(30)
    /// How long it waits for a sign of life before it probes.
    var delay = Duration.seconds(5)
    /// Between two questions, and how many it asks.
    var interval = Duration.seconds(1)
    var probes = 3
  }

  let settings: Settings
  private(set) var state = State.none
  /// The MAC that packets go to; `nil` if there is none.
  private(set) var mac: MACAddress?
  /// When ``tick(at:)`` must be called next; ``Instant/never`` if nothing is due.
  private(set) var due = Instant.never
  private var asked = 0

  init(_ settings: Settings = Settings()) { self.settings = settings }

  /// A packet goes to the neighbour.
  /// - Returns: whether the host asks for its MAC now.
  mutating func use(at now: Instant) -> Bool {
    switch state {
    case .none, .failed:
      (state, asked, due) = (.incomplete, 1, now + settings.interval)
      return true
    case .stale:
      (state, due) = (.delay, now + settings.delay)
      return false
    case .incomplete, .reachable, .delay, .probe: return false
    }
  }

  /// Does what is due.
  /// - Returns: whether the host asks for the MAC now.
  mutating func tick(at now: Instant) -> Bool {
    guard now >= due else { return false }
    switch state {
    case .reachable:
      (state, due) = (.stale, .never)
      return false
    case .delay:
      (state, asked, due) = (.probe, 1, now + settings.interval)
      return true
    case .incomplete, .probe:
      if asked == settings.probes {
        (state, mac, due) = (.failed, nil, .never)
        return false
      }
      (asked, due) = (asked + 1, now + settings.interval)
      return true
    case .none, .stale, .failed: preconditionFailure("nothing is due")
    }
  }

  /// The neighbour answers a question of this host.
  mutating func answer(_ mac: MACAddress, at now: Instant) {
    if state == .none || state == .failed { return }
    self.mac = mac
    (state, due) = (.reachable, now + settings.reachable)
  }

  /// The neighbour names its MAC unasked, or asks for another host. That changes what is known, and makes it no fresher;
  /// it creates nothing.
  mutating func hear(_ mac: MACAddress) {
    guard self.mac != nil, mac != self.mac else { return }
    self.mac = mac
    (state, due) = (.stale, .never)
  }

  /// Forgets the neighbour, as `ip neigh flush` does.
  mutating func clear() { self = HostNeighbour(settings) }
}
