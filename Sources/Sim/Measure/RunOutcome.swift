import Engine

/// What became of a run's buckets and clients, by stream, by group, by node and by fault. Every trial has it, with or
/// without details.
public struct RunOutcome: Sendable {
  /// In the order of ``Scenario/traffic``.
  public var streams: [StreamOutcome] = []
  /// By group of ``Engine/Settings/ownershipGroups``, then those that only reloads bring (``BucketSpaces``).
  public var groups: [GroupOutcome] = []
  /// By node, the losses of its clients.
  public var nodes: [LossCounts] = []
  /// By edge of the fault plan before the end of the run, in order of time.
  public var faults: [FaultOutcome] = []
  /// Edges that were to start nodes of which some ran already or were new, in order of time.
  public var starts: [NodeStarts] = []
  /// Clients' losses before any fault.
  public var beforeFaults = LossCounts()
  /// By phase that began, the load that each node accepted, and how much it owned.
  public var phases: [PhaseLoad] = []
  public var owned: [PhaseOwnership] = []
  /// Ownership and load between the instants at which faults begin or end; empty if there are more than
  /// ``StretchMeter/most``.
  public var stretches: [Stretch] = []
  /// The longest time in seconds, once the farm had formed, in which no bucket had an owner that clients reached and
  /// whose application served; and whether that was so when the run ended.
  public var longestBlackout = 0.0
  public var endsInBlackout = false
  /// When the longest blackout began; `nil` if there was none.
  public var blackoutFrom: Instant?
  /// When the longest hole began, once the farm had formed; `nil` if there was none.
  public var holeFrom: Instant?
  /// When the longest double began; `nil` if there was none.
  public var doubleFrom: Instant?
  /// The node that accepted clients for longest though its application did not serve them; `nil` if none did.
  public var leavingAlone: NodeID?
  /// Nodes that others kept out of service because they came back too often, in order of time.
  public var heldDown: [HeldDown] = []
  /// Drains that have ended, in order of time.
  public var drained: [DrainedNode] = []

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

  /// Takes the times of ownership, once the meter is finished.
  mutating func take(_ ownership: OwnershipMeter) {
    longestBlackout = Double(ownership.blackout.longest) / 1e9
    endsInBlackout = ownership.blackout.lastsAtEnd
    blackoutFrom = ownership.blackout.longestFrom
    (holeFrom, doubleFrom) = (ownership.holeFrom, ownership.doubleFrom)
    groups = ownership.longest.indices.map { g in
      let longest = ownership.longest[g]
      func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }
      return GroupOutcome(
        bucketCount: ownership.offsets[g + 1] - ownership.offsets[g], longestHole: seconds(longest.hole),
        longestUnreached: seconds(longest.unreached), longestUnserved: seconds(longest.unserved),
        longestDouble: seconds(longest.double), unsettled: ownership.unsettledByGroup[g],
        buckets: ownership.counts(of: GroupID(g)))
    }
  }
}

/// Clients' losses that are charged to a fault or its end: see ``LossLedger``.
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

/// What became of a group's buckets. Times are in seconds; those without an owner count once the farm has formed.
///
/// A time is a lower bound if ``unsettled`` says that some bucket was in that state when the run ended.
public struct GroupOutcome: Sendable, Hashable {
  public var bucketCount: Int
  public var longestHole: Double
  public var longestUnreached: Double
  /// Either of the two, or an owner whose application does not serve, or one after the other.
  public var longestUnserved: Double
  public var longestDouble: Double
  /// The buckets that were not whole when the run ended.
  public var unsettled: UnsettledBuckets
  /// By node: how many it owned alone at the end.
  public var buckets: [Int]

  public init(
    bucketCount: Int, longestHole: Double, longestUnreached: Double, longestUnserved: Double,
    longestDouble: Double, unsettled: UnsettledBuckets = UnsettledBuckets(), buckets: [Int]
  ) {
    self.bucketCount = bucketCount
    self.longestHole = longestHole
    self.longestUnreached = longestUnreached
    self.longestUnserved = longestUnserved
    self.longestDouble = longestDouble
    self.unsettled = unsettled
    self.buckets = buckets
  }
}

/// How much each node owned in one phase.
public struct PhaseOwnership: Sendable, Hashable {
  public var phase: SkewRow.Phase
  /// When it began.
  public var from: Instant
  /// By node: bucket-seconds, of all groups together.
  public var seconds: [Double]
  /// The same by group, by node.
  public var byGroup: [[Double]]
  /// Its length in seconds.
  public var length: Double
  /// The shares due to the nodes by weight and priority.
  public var dues: PhaseDues

  public init(
    phase: SkewRow.Phase, from: Instant = .zero, seconds: [Double], byGroup: [[Double]] = [], length: Double,
    dues: PhaseDues
  ) {
    self.phase = phase
    self.from = from
    self.seconds = seconds
    self.byGroup = byGroup
    self.length = length
    self.dues = dues
  }
}

/// The share due to each node by weight: a load is even if every node carried that share of it.
extension RunOutcome {
  /// Whether the weights were the same in all phases.
  var hasConstantWeights: Bool {
    guard let first = owned.first else { return true }
    return owned.allSatisfy { $0.dues.isSame(as: first.dues) }
  }

  /// By node, the share due in one phase: of the load that each stream's clients made, or of bucket-seconds.
  func due(_ phase: SkewRow.Phase, by kind: SkewRow.Load) -> [Double] { due([phase], by: kind) }

  /// By node, the share due over all phases.
  func due(by kind: SkewRow.Load) -> [Double] { due(owned.map(\.phase), by: kind) }

  private func due(_ phases: [SkewRow.Phase], by kind: SkewRow.Load) -> [Double] {
    var sum: [Double] = []
    for own in owned where phases.contains(own.phase) {
      var more = own.dues.buckets.map { $0 * own.length }
      if kind != .buckets {
        let carried = self.phases.first { $0.phase == own.phase }?.ofStreams ?? []
        if !carried.contains(where: { $0.amount(of: kind) > 0 }) { continue }
        more = Shares.sum(own.dues.byStream, loads: carried.map { $0.amount(of: kind) })
      }
      let due = Shares.due(more)
      sum = sum.isEmpty ? due : zip(sum, due).map { $0 + $1 }
    }
    // Nothing was carried, so nothing is due: all nodes count alike.
    return sum.isEmpty ? [Double](repeating: 1, count: nodes.count) : sum
  }
}
