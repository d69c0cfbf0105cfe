import Engine
import LinuxBackend
import Sim
import Synchronization

/// What a soak does and observes besides a lab's play: mishaps, captures, and what the daemons hold.
///
/// Everything but ``capture`` belongs to the player's thread.
final class SoakWatch: @unchecked Sendable {
  let mishaps: [Mishap]
  let capture: FrameCapture
  private let random: RandomStream
  private var real: RealMishaps?
  private(set) var usage = DaemonUsage()
  /// When mishaps were really done, by the monotonic clock.
  private(set) var done: [Int: (begin: Instant, end: Instant?)] = [:]

  init(_ mishaps: [Mishap], capture: FrameCapture, random: RandomStream) {
    self.mishaps = mishaps
    self.capture = capture
    self.random = random
  }

  /// - Precondition: no node has power yet.
  func prepare(_ farm: LabFarm) throws(LabError) {
    let addresses = farm.network.addresses
    try capture.add(
      nil, "router", addresses.routerInterface(addresses.serviceNetwork), in: farm.network.clients)
    farm.capture = capture
    real = try RealMishaps(farm, mishaps, random: random)
  }

  /// Called when the farm is whole and the round begins.
  func begin() { real?.takeSnapshots() }

  /// Called about twenty times a second.
  func look(_ farm: LabFarm, at now: Instant) {
    let running = farm.nodes.compactMap { node in
      farm.daemons[node.index].flatMap { $0.end == nil ? (node: node, process: $0.pid) : nil }
    }
    usage.look(running, at: now)
  }

  /// Called when a fault begins or ends: its nodes may have to be silent, or may answer again.
  func note(_ kind: FaultKind, isEnd: Bool, at now: Instant) {
    real?.note(kind, isEnd: isEnd)
    if kind.traits.filter != .obeys, !isEnd {
      capture.silence(kind.nodesNamed, from: now)
    } else if kind.traits.filter != .obeys || kind.key == .restart {
      capture.speak(kind.nodesNamed, from: now)
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

  /// Ends mishaps and captures. - Returns: what the captures show.
  @discardableResult func finish() -> WireRecord {
    real?.end()
    real = nil
    return capture.finish()
  }
}
