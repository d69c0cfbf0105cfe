/// How a node joins, stays and goes.
public struct LifeSettings: Sendable, Hashable {
  public var failback: FailbackPolicy
  public var alone: AlonePolicy
  /// Penalty that each join adds for its node; it halves every ``flapHalfLife``. 0 turns hold-down
  /// off; at most ``flapSuppress``, or the first join would be held down.
  public var flapPenalty: Int
  /// A node whose penalty is above this stays in standby until it has decayed to ``flapReuse``. At most 1,000,000.
  public var flapSuppress: Int
  /// 1 or more, less than ``flapSuppress``.
  public var flapReuse: Int
  /// 1 ms to 24 h.
  public var flapHalfLife: Duration
  /// Longest time a drain waits for tracked flows to end when the command names none, up to a week.
  public var drainDeadline: Duration

  public init(
    failback: FailbackPolicy = .automatic, alone: AlonePolicy = .availability, flapPenalty: Int = 1000,
    flapSuppress: Int = 3000, flapReuse: Int = 1500, flapHalfLife: Duration = .seconds(60),
    drainDeadline: Duration = .seconds(300)
  ) {
    self.failback = failback
    self.alone = alone
    self.flapPenalty = flapPenalty
    self.flapSuppress = flapSuppress
    self.flapReuse = flapReuse
    self.flapHalfLife = flapHalfLife
    self.drainDeadline = drainDeadline
  }
}

/// When a node that came back takes its buckets.
public enum FailbackPolicy: Sendable, Hashable {
  /// As soon as it has joined.
  case automatic
  /// After this long in standby with an unchanged view.
  case delayed(Duration)
  /// When an operator resumes it.
  case manual
}

/// What a node does when it has heard nobody for `tau`.
public enum AlonePolicy: UInt8, Sendable, Hashable, CaseIterable {
  /// Serve every bucket.
  case availability
  /// Serve while a gateway answers (see ``Input/gateway(isReachable:)``).
  case witness
  /// Serve only with more than half of the configured nodes in view.
  case quorum
}

/// What is done about packets of flows that moved.
public struct FlowSettings: Sendable, Hashable {
  /// How long unknown segments are dropped at most while a member has not said in which buckets it tracks flows; then
  /// they are reset. A flow that a member tracks and announces is never cut by it.
  public var grace: Duration
  /// Whether unknown segments are ever answered with a reset. If not, they are always dropped.
  public var resetsUnknownSegments: Bool

  public init(grace: Duration = .seconds(3600), resetsUnknownSegments: Bool = true) {
    self.grace = grace
    self.resetsUnknownSegments = resetsUnknownSegments
  }
}
