import Engine

/// What became of one stream's clients, from the first measured phase to the end, and which nodes served them.
public struct StreamOutcome: Sendable, Hashable {
  public var isTCP: Bool
  /// Whether clients begin flows that last; else each datagram is a request of its own.
  public var hasFlows: Bool
  /// `nil` if no rule matches its packets.
  public var group: GroupID?
  public var counts: TrafficCounts
  /// By node.
  public var load: [NodeLoad]
  /// The longest time in seconds from a client's connect or request that failed until one came through, or would have;
  /// `nil` if none failed.
  public var longestOutage: Measured?
  /// The longest time in seconds that the client of an open flow sent without an answer; `nil` if none did.
  public var longestSilence: Measured?
  /// Most retries that one connect or request took.
  public var mostRetries: Int
  /// When for the first time no node in service had a rule for its clients, and when one had again; `nil` if never.
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
