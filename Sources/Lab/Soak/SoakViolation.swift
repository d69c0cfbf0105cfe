import Engine
import Sim

/// A property of the protocol that a real farm broke.
public struct SoakViolation: Sendable, Hashable {
  public enum Property: String, Sendable, Hashable, CaseIterable {
    /// After `D` of stability every bucket has exactly one owner; with one node left, L7.
    case oneOwner = "S1"
    /// No bucket has two owners, or not for longer than lost heartbeats explain.
    case doubles = "S2"
    /// Nobody is without an owner for longer than a crash or a hand-over explains; for crashes this is L1, too.
    case holes = "S3"
    /// Who is dead, stalled, drained or gone accepts nothing.
    case silence = "S4"
    /// Who came back has its share, the same as before: L2, and L4 for drains.
    case share = "L2"
    /// The farm formed at all.
    case forming = "L6"
    /// A daemon says what others do to its node.
    case told = "T1"
    /// No daemon takes more and more memory or descriptors.
    case flat = "R1"
  }

  public var property: Property
  /// Since the round's beginning.
  public var at: Instant
  public var time: Duration { at - .zero }
  /// One sentence without its full stop: what, for how long, what is allowed, after which act.
  public var text: String
}

/// What came of a round.
public struct SoakVerdict: Sendable {
  public var violations: [SoakViolation] = []
  public var longestHole = Duration.zero
  public var longestDouble = Duration.zero
  /// Holes and doubles that were not judged, since the machine itself stood still.
  public var unjudged = 0
  /// The worst lateness of a thread of the daemons' priority.
  public var lateness = Duration.zero
  public var probes = 0
  public var unansweredProbes = 0
  /// Clients' packets as captures show them, and those that nobody or two nodes answered.
  public var packets = 0
  public var unansweredPackets = 0
  public var packetsAnsweredTwice = 0
  /// Frames that could not be captured.
  public var lostFrames = 0
  /// The longest time of which captures show that nobody answered a bucket.
  public var longestGap = Duration.zero
  /// What daemons held at the ends of their lives, and the most that any had more than when it had settled.
  var holdings: [DaemonUsage.Holding] = []
  var growth = DaemonUsage.Holding(memory: 0, descriptors: 0)
}
