import Engine

/// What became of a run's buckets and clients, by stream, by group, by node and by fault; of every trial, details or not.
public struct RunOutcome: Sendable {
  /// In the order of ``Scenario/traffic``.
  public var streams: [StreamOutcome] = []
  /// By group of ``Engine/Settings/ownershipGroups``, then those that only reloads bring (``BucketSpaces``).
  public var groups: [GroupOutcome] = []
  /// By node, what its clients lost.
  public var nodes: [LossCounts] = []
  /// By edge of the fault plan that came about, in order of time.
  public var faults: [FaultOutcome] = []
  /// What clients lost before any fault.
  public var beforeFaults = LossCounts()
  /// By phase that began, what each node accepted, and how much it owned.
  public var phases: [PhaseLoad] = []
  public var owned: [PhaseOwnership] = []

  public init() {}

  init(_ totals: TrafficTotals, plan: FaultPlan, end: Instant) {
    streams = totals.streams
    nodes = totals.lossesByNode
    phases = totals.phases
    guard let first = totals.lossesByEdge.first else { return }
    beforeFaults = first
    faults = zip(plan.edges, totals.lossesByEdge.dropFirst()).filter { $0.0.at < end }.map { edge, losses in
      FaultOutcome(fault: edge.fault, isEnd: edge.isEnd, at: edge.at, losses: losses)
    }
  }

  /// What the filters say, once the meter is finished.
  mutating func take(_ ownership: OwnershipMeter) {
    groups = ownership.longest.indices.map { g in
      let longest = ownership.longest[g]
      func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) * 1e-9 }
      return GroupOutcome(
        bucketCount: ownership.offsets[g + 1] - ownership.offsets[g], longestHole: seconds(longest.hole),
        longestUnreached: seconds(longest.unreached), longestUnserved: seconds(longest.unserved),
        longestDouble: seconds(longest.double),
        buckets: ownership.counts(of: GroupID(g)))
    }
  }
}

/// What clients lost by a fault, or by its end: see ``LossLedger`` for what is charged to it.
public struct FaultOutcome: Sendable, Hashable {
  /// Index into the scenario's faults.
  public var fault: Int
  public var isEnd: Bool
  public var at: Instant
  public var losses: LossCounts

  public init(fault: Int, isEnd: Bool, at: Instant, losses: LossCounts) {
    self.fault = fault
    self.isEnd = isEnd
    self.at = at
    self.losses = losses
  }
}

/// What became of a group's buckets; times are in seconds, and those without an owner count from when the farm had formed.
public struct GroupOutcome: Sendable, Hashable {
  public var bucketCount: Int
  public var longestHole: Double
  public var longestUnreached: Double
  /// Either of the two, or one after the other.
  public var longestUnserved: Double
  public var longestDouble: Double
  /// By node: how many it owned alone at the end.
  public var buckets: [Int]

  public init(
    bucketCount: Int, longestHole: Double, longestUnreached: Double, longestUnserved: Double,
    longestDouble: Double, buckets: [Int]
  ) {
    self.bucketCount = bucketCount
    self.longestHole = longestHole
    self.longestUnreached = longestUnreached
    self.longestUnserved = longestUnserved
    self.longestDouble = longestDouble
    self.buckets = buckets
  }
}

/// How much each node owned in one phase.
public struct PhaseOwnership: Sendable, Hashable {
  public var phase: SkewRow.Phase
  /// By node: bucket-seconds, of all groups together.
  public var seconds: [Double]

  public init(phase: SkewRow.Phase, seconds: [Double]) {
    self.phase = phase
    self.seconds = seconds
  }
}
