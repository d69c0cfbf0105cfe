/// Every fixed limit of the engine, with the relations between them.
///
/// Limits are part of the protocol: two nodes with different ones cannot form a farm.
public enum Limits {
  /// Nodes of a farm: one machine word is a set of nodes (``NodeSet``).
  public static let maximumNodes = 64
  /// Buckets of a group: 64 words of bitmap.
  public static let maximumBuckets = 64 * 64
  /// Groups whose buckets are owned, the hidden one for unmatched traffic included
  /// (``Settings/ownershipGroups``).
  public static let maximumGroups = 8
  /// Heartbeat networks: one byte is a set of networks (``NetworkSet``).
  public static let maximumNetworks = 8
  /// Largest configured or runtime weight.
  public static let maximumWeight: UInt16 = 1000
  /// Rules of a farm; the search for shadowed rules takes time in the square of it.
  public static let maximumRules = 256
  /// Port ranges, and virtual IPs, of one rule.
  public static let maximumPortRanges = 64
  public static let maximumVirtualIPs = 64

  /// What an Ethernet frame carries.
  public static let frameBytes = 1500
  /// An IPv6 header (40 bytes) and a UDP header (8 bytes); IPv4 needs less.
  public static let networkHeaderBytes = 48
  /// The backend's authentication at the end of a datagram, at most.
  public static let authenticationBytes = 32
  /// Payload of one heartbeat datagram without its authentication: 1420 bytes, so that it is never fragmented.
  public static let maximumDatagramBytes = frameBytes - networkHeaderBytes - authenticationBytes
  /// Datagrams of one heartbeat. The largest farm (64 nodes, 8 groups of 4096 buckets) takes 5.
  public static let maximumParts = 8

  /// `T`.
  public static let interval = Duration.milliseconds(1)...Duration.seconds(60)
  /// `k`.
  public static let misses = 2...100
  /// `m`.
  public static let margin = Duration.zero...Duration.seconds(60)
  /// Thousandths of `T` by which an interval may be shorter: at most half, so that the number of heartbeats
  /// a second stays within twice `1 / T`.
  public static let jitterPermille = 0...500
  /// `delta`.
  public static let delayBound = Duration.zero...Duration.seconds(10)
  /// `C`.
  public static let commitBound = Duration.zero...Duration.seconds(10)
  /// The time that ``FailbackPolicy/delayed(_:)`` waits, ``LifeSettings/drainDeadline`` and
  /// ``FlowSettings/grace``: up to a week.
  public static let waiting = Duration.zero...Duration.seconds(7 * 24 * 3600)
  /// ``LifeSettings/flapHalfLife``.
  public static let flapHalfLife = Duration.milliseconds(1)...Duration.seconds(24 * 3600)
  /// ``LifeSettings/flapPenalty``, ``LifeSettings/flapSuppress`` and ``LifeSettings/flapReuse``.
  public static let flapPoints = 0...1_000_000

  /// How far the number of a node's life may lie above the last one known for its first datagram to be believed: 278
  /// years of milliseconds. For a node that nobody knows that is the year 2248, and a clock that was never set is no
  /// further off.
  static let incarnationStep: UInt64 = 1 << 43
  /// How far a sequence may rise between two datagrams that are heard: a century at the shortest interval, with all
  /// triggered heartbeats and parts.
  static let sequenceStep: UInt64 = 1 << 48
  /// The same for epochs, which nothing waits for.
  static let epochStep: UInt64 = 1 << 32
  /// The least time for which heartbeats that no key explains keep a node from serving alone.
  static let lockOut = Duration.seconds(45)

  /// Checkers of a node.
  public static let maximumCheckers = 64
  /// ``CheckerSettings/interval``.
  public static let checkInterval = Duration.milliseconds(10)...Duration.seconds(24 * 3600)
  /// ``CheckerSettings/timeout``.
  public static let checkTimeout = Duration.milliseconds(1)...Duration.seconds(3600)
  /// ``CheckerSettings/threshold`` and ``CheckerSettings/recovery``.
  public static let checkCount = 1...1000
  /// ``HealthSettings/startTime``.
  public static let startTime = Duration.zero...Duration.seconds(24 * 3600)
  /// ``HealthSettings/commandTimeout``.
  public static let commandTimeout = Duration.milliseconds(1)...Duration.seconds(24 * 3600)
  /// ``HealthSettings/maximumActions``.
  public static let actions = 0...1000
  /// ``HealthSettings/loopInterval``: up to 30 days.
  public static let loopInterval = Duration.seconds(1)...Duration.seconds(30 * 24 * 3600)
}
