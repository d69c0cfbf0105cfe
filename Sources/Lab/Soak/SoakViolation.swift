import Engine
import Sim

/// A property of the protocol that a real farm broke.
public struct SoakViolation: Sendable, Hashable {
  public enum Property: String, Sendable, Hashable, CaseIterable {
    /// After `D` of stability every bucket has exactly one owner; with one node left, L7.
    case oneOwner = "S1"
    /// No bucket has two owners, or not for longer than lost heartbeats explain.
    case doubles = "S2"
    /// No bucket is without an owner for longer than a crash or a hand-over explains. For crashes this is also L1.
    case holes = "S3"
    /// A dead, stalled, drained or departed node accepts nothing.
    case silence = "S4"
    /// A node that came back has the same share as before: L2, and L4 for drains.
    case share = "L2"
    /// The farm forms.
    case forming = "L6"
    /// A daemon reports what others do to its node.
    case told = "T1"
    /// No daemon needs more and more memory or descriptors.
    case flat = "R1"
  }

  public var property: Property
  /// Since the beginning of the round.
  public var at: Instant
  public var time: Duration { at - .zero }
  /// One sentence without its full stop: what, for how long, what is allowed, and after which act.
  public var text: String
}

/// The verdict on a round.
public struct SoakVerdict: Sendable {
  public var violations: [SoakViolation] = []
  public var longestHole = Duration.zero
  public var longestDouble = Duration.zero
  /// Holes and doubles that were not judged, since the machine was too late.
  public var unjudged = 0
  /// The worst lateness of a thread with the daemons' priority.
  public var lateness = Duration.zero
  public var probes = 0
  public var unansweredProbes = 0
  /// Clients' packets in captures, those without an answer, and those that two nodes answered.
  public var packets = 0
  public var unansweredPackets = 0
  public var packetsAnsweredTwice = 0
  /// Frames that could not be captured.
  public var lostFrames = 0
  /// The longest time in which captures show no answer for a bucket.
  public var longestGap = Duration.zero
  /// What daemons held at their ends, and by how much one had grown at most since it had settled.
  var holdings: [DaemonUsage.Holding] = []
  var growth = DaemonUsage.Holding(memory: 0, descriptors: 0)
}
