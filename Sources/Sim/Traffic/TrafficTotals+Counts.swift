/// The counts of all streams together.
extension TrafficTotals {
  public var counts: TrafficCounts { streams.reduce(TrafficCounts()) { $0 + $1.counts } }
  /// The counts of the TCP streams, and of the UDP streams.
  public var connects: TrafficCounts { sum(\.isTCP) }
  public var requests: TrafficCounts { sum { !$0.isTCP } }

  private func sum(_ isMeant: (StreamOutcome) -> Bool) -> TrafficCounts {
    streams.filter(isMeant).reduce(TrafficCounts()) { $0 + $1.counts }
  }

  /// The most repeats of one connect, or of one request.
  func mostRetries(isTCP: Bool) -> Int {
    streams.filter { $0.isTCP == isTCP }.map(\.mostRetries).max() ?? 0
  }

  /// Flows established, those that were open when measuring began included.
  public var flowsOpened: Int { counts.opened }
  public var flowsKept: Int { counts.kept }
  public var flowsBroken: Int { counts.broken }
  public var flowsBrokenOutsideFailedNodes: Int { counts.brokenOutside }
  public var flowsReset: Int { counts.reset }
  public var flowsResetOutsideFailedNodes: Int { counts.resetOutside }
  public var connectsFailed: Int { connects.unanswered }
  public var connectsReset: Int { counts.connectsReset }
  public var connectsRefused: Int { counts.connectsRefused }
  public var requestsFailed: Int { requests.unanswered }
  public var sessionsMoved: Int { counts.sessionsMoved }
  public var flowsMoved: Int { counts.flowsMoved }
  public var packetsSent: Int { counts.sent }
  public var packetsLost: Int { counts.lost }
  public var packetsTwice: Int { counts.twice }
  public var packetsUnserved: Int { counts.unserved }
}
