import Engine

/// What became of one stream's clients, from the first measured phase to the end, and who served them.
public struct StreamOutcome: Sendable, Hashable {
  public var isTCP: Bool
  /// Whether what clients begin lasts; else each datagram is a request of its own.
  public var hasFlows: Bool
  /// `nil`: no rule speaks about its packets.
  public var group: GroupID?
  public var counts: TrafficCounts
  /// By node.
  public var load: [NodeLoad]
  /// The longest time in seconds that a client of it waited from a connect or request that failed until one came through,
  /// or would have; `nil` if none failed.
  public var longestOutage: Measured?
  /// The longest that the client of an open flow sent without an answer, in seconds; `nil`: none did.
  public var longestSilence: Measured?
  /// Most retries that one connect or request took.
  public var mostRetries: Int
  /// When no node in service had a rule for its clients any more, for the first time, and when one had again; `nil`: never.
  public var unmatchedFrom: Instant?
  public var unmatchedUntil: Instant?

  public init(
    isTCP: Bool, hasFlows: Bool, group: GroupID?, counts: TrafficCounts, load: [NodeLoad],
    longestOutage: Measured? = nil, longestSilence: Measured? = nil, mostRetries: Int = 0,
    unmatchedFrom: Instant? = nil, unmatchedUntil: Instant? = nil
  ) {
    self.isTCP = isTCP
    self.hasFlows = hasFlows
    self.group = group
    self.counts = counts
    self.load = load
    self.longestOutage = longestOutage
    self.longestSilence = longestSilence
    self.mostRetries = mostRetries
    self.unmatchedFrom = unmatchedFrom
    self.unmatchedUntil = unmatchedUntil
  }
}
