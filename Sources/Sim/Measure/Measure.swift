/// A quantity that a run yields. Its raw value is its name in expectations, JSON and CSV, dotted, and never changed:
/// `rebalance_time.max`.
///
/// The order of the cases is that of reports and of ``TrialResult/values``.
public enum Measure: String, Sendable, Hashable, CaseIterable {
  case rebalanceTimeMax = "rebalance_time.max"
  case rebalanceTimeMean = "rebalance_time.mean"
  case rebalanceTimeCount = "rebalance_time.count"
  case rebalanceTimeDetectionMax = "rebalance_time.detection.max"
  case rebalanceTimeDecisionMax = "rebalance_time.decision.max"
  case rebalanceTimeCommitMax = "rebalance_time.commit.max"
  case rebalanceTimeFirstPacketMax = "rebalance_time.first_packet.max"
  case drainTimeMax = "drain_time.max"
  case clientOutageMax = "client_outage.max"
  case clientOutageMean = "client_outage.mean"
  case flowOutageMax = "flow_outage.max"
  case bucketsMoved = "buckets_moved"
  case bucketsMovedMinimum = "buckets_moved.minimum"
  case bucketsMovedThereAndBack = "buckets_moved.there_and_back"
  case flowsOpened = "flows_opened"
  case flowsKept = "flows_kept"
  case flowsStalled = "flows_stalled"
  case flowsBroken = "flows_broken"
  case flowsBrokenUnnoticed = "flows_broken.unnoticed"
  case flowsBrokenOutsideFailedNodes = "flows_broken.outside_failed_nodes"
  case flowsReset = "flows_reset"
  case flowsResetOutsideFailedNodes = "flows_reset.outside_failed_nodes"
  case flowsLostWithFailedNodes = "flows_lost.with_failed_nodes"
  case flowsLostElsewhere = "flows_lost.elsewhere"
  case connectsBegun = "connects_begun"
  case connectsRepeated = "connects_repeated"
  case connectsRepeatedTimes = "connects_repeated.times"
  case connectsFailed = "connects_failed"
  case connectsWaiting = "connects_waiting"
  case connectsReset = "connects_reset"
  case requestsSent = "requests_sent"
  case requestsRepeated = "requests_repeated"
  case requestsRepeatedTimes = "requests_repeated.times"
  case requestsFailed = "requests_failed"
  case requestsWaiting = "requests_waiting"
  case sessionsMoved = "sessions_moved"
  case flowsMoved = "flows_moved"
  case holeTimeTotal = "hole_time.total"
  case holeTimeLongest = "hole_time.longest"
  case unreachedTimeTotal = "unreached_time.total"
  case unreachedTimeLongest = "unreached_time.longest"
  case doubleOwnerTimeTotal = "double_owner_time.total"
  case doubleOwnerTimeLongest = "double_owner_time.longest"
  case doubleOwnersMost = "double_owners.most"
  case packetsSent = "packets_sent"
  case packetsLost = "packets_lost"
  case packetsLostOfOpenConnections = "packets_lost.of_open_connections"
  case packetsReset = "packets_reset"
  case packetsUnserved = "packets_unserved"
  case packetsTwice = "packets_twice"
  case viewChanges = "view_changes"
  case falseRemovals = "false_removals"
  case heartbeatsSent = "heartbeats_sent"
  case heartbeatsRelayed = "heartbeats_relayed"
  case heartbeatRateMax = "heartbeat_rate.max"
  case skewBucketsMaxOverMean = "skew.buckets.max_over_mean"
  case skewFlowsMaxOverMean = "skew.flows.max_over_mean"
  case skewPacketsMaxOverMean = "skew.packets.max_over_mean"
  case skewPacketsVariation = "skew.packets.variation"
  case skewPacketsJain = "skew.packets.jain"
  case applicationOutageMax = "application_outage.max"
  case applicationOutageTotal = "application_outage.total"
  case connectsRefused = "connects_refused"

  public var name: String { rawValue }
  public var unit: MeasureUnit { label.unit }
  public var meaning: String { label.meaning }

  /// The position among all cases, and in ``TrialResult/values``.
  public var index: Int { Measure.positions[self]! }

  private static let positions = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

  /// Whether a longer run can only make it larger.
  package var onlyGrows: Bool {
    switch unit {
    case .seconds, .bucketSeconds, .count: !name.hasSuffix(".mean")
    case .share, .ratio, .perSecond: false
    }
  }
}

/// The name, the unit and the meaning of a number in reports: those of a ``Measure``, or of a part of one.
public struct MeasureLabel: Sendable, Hashable {
  public let name: String
  public let unit: MeasureUnit
  /// One sentence for the documentation.
  public let meaning: String

  package init(_ name: String, _ unit: MeasureUnit, _ meaning: String) {
    self.name = name
    self.unit = unit
    self.meaning = meaning
  }
}

/// The unit of a measure's number; times are in seconds.
public enum MeasureUnit: String, Sendable, Hashable, CaseIterable {
  case seconds = "s"
  case bucketSeconds = "bucket-seconds"
  case count = ""
  /// 0 to 1.
  case share = "share"
  case ratio = "ratio"
  case perSecond = "/s"
}
