import Engine

/// Everything that one trial found. Same scenario, seed and trial: same bytes, on one platform.
public struct TrialResult: Sendable {
  public var seed: UInt64
  public var trial: Int
  /// Of every event that happened, in order.
  public var digest: Digest
  /// How far the clock came; before the planned end if interrupted.
  public var end: Instant
  public var isPartial: Bool
  /// By position in ``Measures/all``; `nil` where there was nothing to measure.
  public var values: [Double?]
  /// By position in ``Measures/all``: whether the value is a lower bound, see ``Measured``; empty if none is.
  public var censored: [Bool]
  /// When every bucket had exactly one owner for the first time; `nil`: never.
  public var formedAt: Instant?
  /// When measuring the clients began: with the first phase, once the farm had formed; `nil`: never.
  public var measuredFrom: Instant?
  /// What was not over when the run ended.
  public var unsettled: UnsettledBuckets
  /// No daemon ran when the run ended, and no fault of the plan would have started one: what was not over never is.
  public var isForsaken: Bool
  /// By node that was still draining when the run ended: how many connections it waited for.
  public var draining: [NodeID: Int]
  /// By node whose new settings were not in force when the run ended: the nodes that it waited for.
  public var staged: [NodeID: NodeSet]
  public var rebalances: [Rebalance]
  /// By group; empty unless the run was asked for details.
  public var ownership: [OwnershipTimeline]
  public var load: LoadTimeline
  public var timeline: [TimelineEntry]
  public var skew: [SkewRow]
  /// By node.
  public var messages: [NodeMessages]
  /// Of every trial, details or not.
  public var outcome: RunOutcome

  public init(
    seed: UInt64, trial: Int, digest: Digest, end: Instant, isPartial: Bool, values: [Double?],
    rebalances: [Rebalance], ownership: [OwnershipTimeline], load: LoadTimeline, timeline: [TimelineEntry],
    skew: [SkewRow], messages: [NodeMessages] = [], outcome: RunOutcome = RunOutcome(),
    censored: [Bool] = [], formedAt: Instant? = .zero,
    measuredFrom: Instant? = .zero, unsettled: UnsettledBuckets = UnsettledBuckets(),
    isForsaken: Bool = false, draining: [NodeID: Int] = [:], staged: [NodeID: NodeSet] = [:]
  ) {
    self.seed = seed
    self.trial = trial
    self.digest = digest
    self.end = end
    self.isPartial = isPartial
    self.values = values
    self.rebalances = rebalances
    self.ownership = ownership
    self.load = load
    self.timeline = timeline
    self.skew = skew
    self.messages = messages
    self.outcome = outcome
    self.censored = censored
    self.formedAt = formedAt
    self.measuredFrom = measuredFrom
    self.unsettled = unsettled
    self.isForsaken = isForsaken
    self.draining = draining
    self.staged = staged
  }

  /// Of the digests of trials, in their order: equal for equal campaigns.
  public static func digest(of trials: [TrialResult]) -> Digest {
    trials.reduce(into: Digest()) { $0.combine($1.digest.rawValue) }
  }

  /// A measure by its position in ``Measures/all``; `nil` where there was nothing to measure.
  public func measured(_ index: Int) -> Measured? {
    values[index].map { Measured($0, isCensored: index < censored.count && censored[index]) }
  }

  /// A measure by its name; `nil` also if there is none of that name.
  public subscript(_ name: String) -> Measured? { Measures.index(of: name).flatMap { measured($0) } }
}

/// What one fault (or its end) did to the buckets, from the filters' point of view.
public struct Rebalance: Sendable {
  /// Index into the scenario's faults, and whether this is the fault's end.
  public var fault: Int
  public var isEnd: Bool
  /// The node whose checkers found its application healthy again, if this is about that and not about an edge of the
  /// plan.
  public var healthy: NodeID?
  public var at: Instant
  /// Fault to the first view change that answers it.
  public var detection: Duration?
  /// That view change to the last commit issued because of it.
  public var decision: Duration?
  /// That commit to the filter having it.
  public var commit: Duration?
  /// The filter having it to the first packet accepted by a new owner.
  public var firstPacket: Duration?
  /// At least how long that would have been, where clients were there and none had come when the run ended.
  public var firstPacketSoFar: Duration?
  /// Fault to every bucket that it disturbed being whole again: accepted by exactly one node, whose application serves.
  /// `nil` if nothing was disturbed, or not for any time.
  public var total: Duration?
  /// How long after the fault that time counts from: what is done on purpose, and the end of a fault, disturb nothing yet
  /// when they are ordered.
  public var since: Duration = .zero
  /// For how long of ``total`` some bucket that it disturbed was not whole: less than that where all were in between, or at
  /// first. `nil` if nothing was disturbed.
  public var disturbed: Duration?
  /// In how many times, with every such bucket whole between them, and when the last of these began.
  public var disturbances = 0
  public var lastDisturbedAt: Instant?
  /// Whether that was so when the run ended: if not, ``total`` is a lower bound.
  public var isOver: Bool
  /// Fault to the first and to the last bucket that has another owner than before: what can be seen of filters alone.
  public var firstMove: Duration?
  public var lastMove: Duration?
  /// Buckets whose owner was another when the next fault or end struck, or the run ended, than before; and the fewest
  /// that had to change it.
  public var bucketsMoved: Int
  public var bucketsMovedMinimum: Int
  /// Buckets that had another only owner in between, and the same one then as before; not among those moved.
  public var bucketsThereAndBack: Int

  public init(
    fault: Int, isEnd: Bool, at: Instant, detection: Duration? = nil, decision: Duration? = nil,
    commit: Duration? = nil, firstPacket: Duration? = nil, firstPacketSoFar: Duration? = nil,
    total: Duration? = nil, isOver: Bool = true,
    firstMove: Duration? = nil, lastMove: Duration? = nil, bucketsMoved: Int = 0,
    bucketsMovedMinimum: Int = 0, bucketsThereAndBack: Int = 0
  ) {
    self.fault = fault
    self.isEnd = isEnd
    self.at = at
    self.detection = detection
    self.decision = decision
    self.commit = commit
    self.firstPacket = firstPacket
    self.firstPacketSoFar = firstPacketSoFar
    self.total = total
    self.isOver = isOver
    self.firstMove = firstMove
    self.lastMove = lastMove
    self.bucketsMoved = bucketsMoved
    self.bucketsMovedMinimum = bucketsMovedMinimum
    self.bucketsThereAndBack = bucketsThereAndBack
  }
}

/// Which filters accepted each bucket of a group, over time: every change, in order of time.
public struct OwnershipTimeline: Sendable {
  public var group: GroupID
  public var bucketCount: Int
  public var changes: [OwnershipChange]
  /// The same of nodes that clients do not reach: whose filters accept a bucket all the same.
  public var unreached: [UnreachedChange] = []
  /// Whether the farm had such buckets from the start of the run on.
  public var startsInUse: Bool

  public init(
    group: GroupID, bucketCount: Int, changes: [OwnershipChange] = [], startsInUse: Bool = true
  ) {
    self.startsInUse = startsInUse
    self.group = group
    self.bucketCount = bucketCount
    self.changes = changes
  }
}

/// From `at` on, these nodes' filters accept new flows of the bucket: none is a hole, two a double.
public struct OwnershipChange: Sendable, Hashable, BitwiseCopyable {
  public var at: Instant
  public var bucket: Bucket
  public var owners: NodeSet
  /// There is no owner, but a filter that has the bucket and that the network brings no client to.
  public var isUnreached: Bool
  /// There is one owner, whose application does not serve.
  public var isUnserved: Bool
  /// Whether the farm has such a bucket: a reload may bring and take groups.
  public var isInUse: Bool

  public init(
    at: Instant, bucket: Bucket, owners: NodeSet, isUnreached: Bool = false, isUnserved: Bool = false,
    isInUse: Bool = true
  ) {
    self.at = at
    self.bucket = bucket
    self.owners = owners
    self.isUnreached = isUnreached
    self.isUnserved = isUnserved
    self.isInUse = isInUse
  }
}

/// From `at` on, these nodes' filters accept a bucket though clients do not reach them.
public struct UnreachedChange: Sendable, Hashable, BitwiseCopyable {
  public var at: Instant
  public var bucket: Bucket
  public var nodes: NodeSet

  public init(at: Instant, bucket: Bucket, nodes: NodeSet) {
    self.at = at
    self.bucket = bucket
    self.nodes = nodes
  }
}

/// Packets that each node accepted, in bins of equal width from the start of the run.
public struct LoadTimeline: Sendable {
  public var binWidth: Duration
  /// `accepted[node][bin]`.
  public var accepted: [[Int]]
  /// Packets nobody accepted, and packets that two or more did, by bin.
  public var lost: [Int]
  public var twice: [Int]
  /// Packets that a node accepted and whose application did not answer, by bin; empty where nobody counts them.
  public var unserved: [Int]

  public init(binWidth: Duration, accepted: [[Int]], lost: [Int], twice: [Int], unserved: [Int] = []) {
    self.binWidth = binWidth
    self.accepted = accepted
    self.lost = lost
    self.twice = twice
    self.unserved = unserved
  }
}

/// One line of the story of a run.
public struct TimelineEntry: Sendable {
  public var at: Instant
  /// The node it happened to or that says so; `nil` for the whole farm.
  public var node: NodeID?
  public var kind: Kind
  public var text: String
  /// Whether it is a step on the way to something that has a line of its own.
  public var isMinor: Bool
  /// What it says of buckets that a node began to claim.
  public var claim: Claim?

  /// Buckets of a group that a node began to claim, and why.
  public struct Claim: Sendable, Hashable {
    public var group: GroupID
    public var count: Int
    public var reason: ClaimReason

    public init(group: GroupID, count: Int, reason: ClaimReason) {
      self.group = group
      self.count = count
      self.reason = reason
    }
  }

  /// What a line is about. The names are those in `events.csv` and never change their meaning.
  public enum Kind: String, Sendable, Hashable {
    case fault, view, ownership, alarm
    /// The first node misses another, or hears that it has left or is out of service.
    case loss
    /// A daemon starts, comes up or ends, or its node joins a view.
    case life
    /// Somebody is told, see ``FarmFile/NotifySettings``.
    case told
  }

  public init(
    at: Instant, node: NodeID?, kind: Kind, text: String, isMinor: Bool = false, claim: Claim? = nil
  ) {
    self.at = at
    self.node = node
    self.kind = kind
    self.text = text
    self.isMinor = isMinor
    self.claim = claim
  }
}

/// How even one kind of load was on the serving nodes in one phase of the run.
public struct SkewRow: Sendable {
  public enum Phase: String, Sendable, CaseIterable { case before, during, after }
  public enum Load: String, Sendable, CaseIterable { case buckets, flows, packets, bytes }
  public var phase: Phase
  public var load: Load
  public var maxOverMean: Double
  /// Standard deviation over mean.
  public var variation: Double
  public var jain: Double

  public init(phase: Phase, load: Load, maxOverMean: Double, variation: Double, jain: Double) {
    self.phase = phase
    self.load = load
    self.maxOverMean = maxOverMean
    self.variation = variation
    self.jain = jain
  }
}
