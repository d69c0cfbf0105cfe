import Engine
import Sim

/// What a real machine is allowed on top of the protocol's bounds.
///
/// The protocol's promises hold for pauses within its tolerance `tau - 2T`. Threads with the daemons' priority
/// measure how late they are woken, and how long the kernel takes for a commit. Holes may be longer by that lateness. A spell in which it exceeded the tolerance is
/// counted, not judged. Doubles get no such allowance, since no promise about them depends on being on time.
public struct SoakTolerance: Sendable, Hashable {
  /// For the times of two nodes, which the watch reads one after the other.
  public var double = Duration.milliseconds(2)
  /// For holes and all that waits for a daemon: the start of processes, and ordinary scheduling.
  public var hole = Duration.milliseconds(60)
  /// For the end of the kernel's lease, which the kernel counts in its clock ticks.
  public var lease = Duration.milliseconds(15)
  /// Share of judged probes that may have no answer although one filter accepts them.
  public var lostProbes = 0.02
  /// A neighbour may have asked while a node's answers to ARP were wrong. It believes the second announcement after the
  /// repair, which comes after 1.2 s and the time of the repair.
  public var misleading = Duration.milliseconds(1500)
  /// Time in which a daemon's log must report what it has repaired, or cannot repair.
  public var telling = Duration.milliseconds(2500)
  /// A daemon reports heartbeats without a key, or a claim, again only after this time.
  public var repeatingForgeries = Duration.seconds(10)
  public var repeatingClaims = Duration.seconds(60)
  /// Time in which a daemon that is started has read its state directory.
  public var starting = Duration.seconds(1)
  /// How much more a daemon may hold at its end than when it had settled: bytes, besides a tenth of what it held, and
  /// descriptors.
  public var memory = 4 << 20
  public var descriptors = 8

  public init() {}

  /// How long before a mishap its line may have been written, about an earlier one.
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
  /// S3: `tau + delta + C` for a crash, and `d + 2C` for a planned move.
  var longestHole: Duration { timeout + delayBound + commitBound }
  var longestMove: Duration { delayBound + 2 * commitBound }
  /// S3 for a move to or from a node whose daemon was replaced, counted from the daemon's return: it has heard all
  /// after `T + delta`, and all have one view `T/10 + 2 delta` later.
  var longestReturn: Duration { interval + interval / 10 + 3 * delayBound + commitBound }
  /// Time in which kernel state that others deleted is restored: until the node's next tick at the latest.
  var longestRepair: Duration { interval + commitBound }
  /// Time after which a node takes the absence of long heartbeats for a short path: `PathWatch` of the backend has the
  /// same.
  var shortPathPatience: Duration { max(.seconds(3), 4 * interval) }
  /// Time in which a node that has just come up learns that all have one view: `T/10 + 2 delta`.
  var newcomersWait: Duration { interval / 10 + 2 * delayBound }
  /// S2: `(g + 1) T + 2 delta + C` after `g` lost heartbeats, here for all `k` that may be missed.
  var longestDouble: Duration { (misses + 1) * interval + 2 * delayBound + commitBound }
}
