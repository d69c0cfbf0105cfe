import Engine

/// Everything that one trial found. The same scenario, seed and trial give the same bytes on one platform.
public struct TrialResult: Sendable {
  public var seed: UInt64
  public var trial: Int
  /// Made from every event that happened, in order.
  public var digest: Digest
  /// How far the clock came; before the planned end if the run was interrupted.
  public var end: Instant
  public var isPartial: Bool
  /// By position in ``Measure``; `nil` if there was nothing to measure.
  public var values: [Double?]
  /// By position in ``Measure``: whether the value is a lower bound, see ``Measured``; empty if none is.
  public var censored: [Bool]
  /// When every bucket had exactly one owner for the first time; `nil` if never.
  public var formedAt: Instant?
  /// When measuring the clients began: with the first phase, once the farm had formed; `nil` if never.
  public var measuredFrom: Instant?
  /// The buckets that were not whole when the run ended.
  public var unsettled: UnsettledBuckets
  /// Whether no daemon ran when the run ended and no fault of the plan would have started one, so that nothing would
  /// have changed any more.
  public var isForsaken: Bool
  /// By node that was still draining when the run ended: the number of connections that it tracked.
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
  /// Every trial has it, with or without details.
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

  /// The digest of the trials' digests in their order: equal for equal campaigns.
  public static func digest(of trials: [TrialResult]) -> Digest {
    trials.reduce(into: Digest()) { $0.combine($1.digest.rawValue) }
  }

  /// The value of a measure; `nil` if there was nothing to measure.
  public subscript(_ measure: Measure) -> Measured? {
    let index = measure.index
    return values[index].map { Measured($0, isCensored: index < censored.count && censored[index]) }
  }
}

/// What one fault (or its end) did to the buckets, from the filters' point of view.
public struct Rebalance: Sendable {
  /// Index into the scenario's faults, and whether this is the fault's end.
  public var fault: Int
  public var isEnd: Bool
  /// The node whose checkers found its application healthy again; `nil` if this is about an edge of the plan.
  public var healthy: NodeID?
  public var at: Instant
  /// From the fault to the first view change that answers it.
  public var detection: Duration?
  /// Whether one of the nodes that it names has seen others of them go or come.
  public var isSeenWithin = false
  /// From that view change to the issue of the commit that mended the last bucket.
  public var decision: Duration?
  /// From the issue of that commit to the filter having it.
  public var commit: Duration?
  /// From the filter having it to the first packet accepted in one of the buckets mended last.
  public var firstPacket: Duration?
  /// A lower bound of ``firstPacket``, if clients exist and no packet had come when the run ended.
  public var firstPacketSoFar: Duration?
  /// From the fault until every bucket that it disturbed was whole again: accepted by exactly one node, whose
  /// application serves. `nil` if nothing was disturbed for any time.
  public var total: Duration?
  /// How long after the fault ``total`` begins to count: a planned move and the end of a fault disturb nothing yet when
  /// they are ordered.
  public var since: Duration = .zero
  /// The part of ``total`` in which some bucket that it disturbed was not whole: less than that if all were whole at
  /// first or in between. `nil` if nothing was disturbed.
  public var disturbed: Duration?
  /// The number of such times, with every bucket whole between them, and when the last of them began.
  public var disturbances = 0
  public var lastDisturbedAt: Instant?
  /// Whether every bucket that it disturbed was whole when the run ended, and no drain was handing over: if not,
  /// ``total`` is a lower bound.
  public var isOver: Bool
  /// From the fault to the first and to the last bucket that has another owner than before: measured from filters
  /// alone.
  public var firstMove: Duration?
  public var lastMove: Duration?
  /// Buckets whose owner differed between this fault and the next edge or the end of the run, and the fewest that had
  /// to change owner.
  public var bucketsMoved: Int
  public var bucketsMovedMinimum: Int
  /// Buckets that had another only owner in between but the old one again then; not among those moved.
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
  /// The changes of nodes whose filters accept a bucket though clients do not reach them.
  public var unreached: [UnreachedChange] = []
  /// Whether the farm had the group's buckets from the start of the run on.
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

/// From `at` on, these nodes own the bucket: none is a hole or unreached, two are a double.
public struct OwnershipChange: Sendable, Hashable, BitwiseCopyable {
  public var at: Instant
  public var bucket: Bucket
  public var owners: NodeSet
  /// Whether there is no owner only because the network does not bring clients to a node that has the bucket.
  public var isUnreached: Bool
  /// Whether there is one owner, whose application does not serve.
  public var isUnserved: Bool
  /// Whether the farm has such a bucket: a reload may add and remove groups.
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
  /// By bin: packets that no node accepted, and packets that two or more accepted.
  public var lost: [Int]
  public var twice: [Int]
  /// By bin: packets that a node accepted but its application did not answer; empty if they are not counted.
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
  /// The node that it happened to or that reports it; `nil` for the whole farm.
  public var node: NodeID?
  public var kind: Kind
  public var text: String
  /// Whether it is a step on the way to something that has a line of its own.
  public var isMinor: Bool
  /// The claim that it tells, if it tells one.
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

  /// The subject of a line. The names are those in `events.csv` and never change their meaning.
  public enum Kind: String, Sendable, Hashable {
    case fault, view, ownership, alarm
    /// A node is the first to miss another, or to hear that it has left or is out of service.
    case loss
    /// A daemon starts, comes up or ends, or its node joins a view.
    case life
    /// A notify command runs: see ``FarmFile/NotifySettings``.
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
