import Engine
import Sim

/// What is granted to a real machine on top of the protocol's bounds.
///
/// The protocol promises for pauses within its tolerance `tau - 2T`. A thread of the daemons' priority measures how late
/// it is woken: that lateness is granted to holes, and a spell in which it was beyond the tolerance is not judged but
/// counted. Doubles are granted none of it, since no promise about them rests on being on time.
public struct SoakTolerance: Sendable, Hashable {
  /// For instants of two nodes that the watch reads one after the other.
  public var double = Duration.milliseconds(2)
  /// For holes and whatever waits for a daemon: starting processes, ordinary scheduling.
  public var hole = Duration.milliseconds(60)
  /// For the end of the kernel's lease, which is counted in its clock ticks.
  public var lease = Duration.milliseconds(15)
  /// Probes without an answer although one filter accepts them, of all that were judged.
  public var lostProbes = 0.02
  /// Until a neighbour that asked while a node's answers to ARP were wrong believes the second announcement after the
  /// repair: 1.2 s, and what the repair takes.
  public var misleading = Duration.milliseconds(1500)
  /// Until a daemon's log tells of what it cannot mend, or has mended.
  public var telling = Duration.milliseconds(2500)
  /// What a daemon has said of heartbeats without a key, or of a claim, it says again only after so long.
  public var repeatingForgeries = Duration.seconds(10)
  public var repeatingClaims = Duration.seconds(60)
  /// Until a daemon that is started has looked at its state directory.
  public var starting = Duration.seconds(1)
  /// What a daemon may hold more at its end than when it had settled: bytes, beside a tenth of what it held, and
  /// descriptors.
  public var memory = 4 << 20
  public var descriptors = 8

  public init() {}

  /// How long before a mishap its line may have been said of another one.
  func repeating(_ kind: Mishap.Kind) -> Duration {
    switch kind {
    case .forgery: repeatingForgeries
    case .foreignClaim: repeatingClaims
    default: .milliseconds(50)
    }
  }
}

extension HeartbeatSettings {
  /// `D = tau + T + 2 delta + C`.
  var settling: Duration { timeout + interval + 2 * delayBound + commitBound }
  /// S3: of a crash, `tau + delta + C`, and of a planned move, `d + 2C`.
  var longestHole: Duration { timeout + delayBound + commitBound }
  var longestMove: Duration { delayBound + 2 * commitBound }
  /// S3 of a move to or from a node whose daemon was replaced, from when that is back: it has heard everybody after
  /// `T + delta`, and all have one view `T/10 + 2 delta` later.
  var longestReturn: Duration { interval + interval / 10 + 3 * delayBound + commitBound }
  /// Until what others deleted of a node's kernel state is put back: its next tick at the latest.
  var longestRepair: Duration { interval + commitBound }
  /// Until a node takes the absence of long heartbeats for a short path: see ``LinuxBackend``'s watch of paths.
  var shortPathPatience: Duration { max(.seconds(3), 4 * interval) }
  /// Until a node that has just come up knows that all have one view: `T/10 + 2 delta`.
  var newcomersWait: Duration { interval / 10 + 2 * delayBound }
  /// S2: after `g` lost heartbeats, `(g + 1) T + 2 delta + C`, with all `k` that may be missed.
  var longestDouble: Duration { (misses + 1) * interval + 2 * delayBound + commitBound }
}

extension FaultKind {
  /// Whether buckets lose their owner by it without a hand-over.
  var isSudden: Bool {
    switch self {
    case .crash, .kill, .stall, .interfaceDown, .partition: true
    default: false
    }
  }

  /// Whether buckets lose their owner by its end without a hand-over: of those that served on, or were fenced, alone.
  var endsSuddenly: Bool {
    switch self {
    case .stall, .interfaceDown, .partition: true
    default: false
    }
  }

  /// Whether heartbeats are lost by it to everybody, so that doubles are bounded and not excluded.
  var losesHeartbeats: Bool {
    switch self {
    case .loss, .interfaceDown, .partition: true
    default: false
    }
  }

  /// Whether heartbeats between some nodes take a way around by it, or come again later.
  var delaysHeartbeats: Bool {
    switch self {
    case .pairCut, .oneWayCut, .bridge: true
    default: losesHeartbeats
    }
  }
}
