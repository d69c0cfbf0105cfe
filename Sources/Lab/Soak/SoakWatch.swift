import Engine
import LinuxBackend
import Sim
import Synchronization

/// What a soak does and sees beside a lab's play: mishaps, captures, and what the daemons hold.
///
/// Everything but ``capture`` is the player's thread's.
final class SoakWatch: @unchecked Sendable {
  let mishaps: [Mishap]
  let capture: FrameCapture
  private let random: RandomStream
  private var real: RealMishaps?
  private(set) var usage = DaemonUsage()
  /// When mishaps were really done, by the monotonic clock.
  private(set) var done: [Int: (begin: Instant, end: Instant?)] = [:]

  init(_ scenario: Scenario, _ mishaps: [Mishap], random: RandomStream) {
    self.mishaps = mishaps
    self.random = random
    capture = FrameCapture(
      scenario.farm, longestGap: scenario.farm.settings.heartbeat.longestHole + .milliseconds(100))
  }

  /// - Precondition: no node has power yet.
  func prepare(_ farm: LabFarm) throws(LabError) {
    let addresses = farm.network.addresses
    try capture.add(
      nil, "router", addresses.routerInterface(addresses.serviceNetwork), in: farm.network.clients)
    farm.capture = capture
    real = try RealMishaps(farm, mishaps, random: random)
  }

  /// The farm is whole and the round begins.
  func begin() { real?.takeSnapshots() }

  /// Called some ten times a second.
  func look(_ farm: LabFarm, at now: Instant) {
    let running = farm.nodes.compactMap { node in
      farm.daemons[node.index].flatMap { $0.end == nil ? (node: node, process: $0.pid) : nil }
    }
    usage.look(running, at: now)
  }

  /// A fault begins or ends: whoever is struck may have to be silent.
  func note(_ kind: FaultKind, isEnd: Bool, at now: Instant) {
    real?.note(kind, isEnd: isEnd)
    switch kind {
    case .kill, .stall, .upgrade, .crash, .drain, .leave:
      if isEnd {
        capture.speak(kind.nodesNamed, from: now)
      } else {
        capture.silence(kind.nodesNamed, from: now)
      }
    case .restart: capture.speak(kind.nodesNamed, from: now)
    default: break
    }
  }

  func begin(mishap index: Int) throws(LabError) {
    let at = MonotonicClock.now
    try real?.begin(index)
    done[index] = (at, nil)
  }

  func end(mishap index: Int) throws(LabError) {
    try real?.end(index)
    done[index]?.end = MonotonicClock.now
  }

  /// Ends everything that is not the farm's. - Returns: what the captures say.
  @discardableResult func finish() -> WireRecord {
    real?.end()
    real = nil
    return capture.finish()
  }
}
