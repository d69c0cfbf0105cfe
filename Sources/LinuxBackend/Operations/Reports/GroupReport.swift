/// One group's buckets, packets and flows.
public struct GroupReport: Codable, Sendable, Hashable {
  public var name: String
  /// How many buckets the group has.
  public var buckets: Int
  /// How many buckets each configured node claims, in configured order.
  public var claims: [Int]
  /// Buckets that nobody claims; `nil` while this node does not know what the others claim.
  public var holes: Int?
  /// Buckets that more than one node claims; `nil` as for ``holes``.
  public var doubles: Int?
  /// The holes and doubles that this node has seen so far.
  public var holesSeen: SeenReport
  public var doublesSeen: SeenReport
  /// Packets that this node's kernel filter accepted and rejected; `nil` if the filter cannot be read.
  public var accepted: UInt64?
  public var rejected: UInt64?
  /// TCP flows that this node's kernel tracks: those in its own buckets, and those in other nodes'.
  public var flowsInside: Int
  public var flowsOutside: Int

  public init(
    name: String, buckets: Int, claims: [Int], holes: Int?, doubles: Int?,
    holesSeen: SeenReport = SeenReport(), doublesSeen: SeenReport = SeenReport(), accepted: UInt64?,
    rejected: UInt64?, flowsInside: Int, flowsOutside: Int
  ) {
    self.name = name
    self.buckets = buckets
    self.claims = claims
    self.holes = holes
    self.doubles = doubles
    self.holesSeen = holesSeen
    self.doublesSeen = doublesSeen
    self.accepted = accepted
    self.rejected = rejected
    self.flowsInside = flowsInside
    self.flowsOutside = flowsOutside
  }
}

/// The holes, or the doubles, of one group that the node has seen since the daemon was started. It goes by what nodes
/// announce.
///
/// It counts on after an upgrade in place or a crash, and begins at 0 after a leave or a reboot. A member that was
/// removed counts as serving nothing since it was last heard.
public struct SeenReport: Codable, Sendable, Hashable {
  /// How many times a bucket became one.
  public var count: UInt64
  /// The time of all of them added up.
  public var bucketSeconds: Double
  /// The longest time of one bucket.
  public var secondsOfLongest: Double
  /// Seconds since the last one ended; 0 while there is one, `nil` if there never was one.
  public var secondsSinceLast: Double?

  public init(
    count: UInt64 = 0, bucketSeconds: Double = 0, secondsOfLongest: Double = 0,
    secondsSinceLast: Double? = nil
  ) {
    self.count = count
    self.bucketSeconds = bucketSeconds
    self.secondsOfLongest = secondsOfLongest
    self.secondsSinceLast = secondsSinceLast
  }
}

/// Datagrams since the daemon was started.
public struct HeartbeatReport: Codable, Sendable, Hashable {
  /// Each datagram on each network counts.
  public var sent: UInt64
  /// Datagrams that the kernel refused to send, as when an interface is down or a queue is full.
  public var unsent: UInt64
  /// Authentic datagrams of this farm.
  public var received: UInt64
  /// Datagrams that were dropped, by reason, in a fixed order: authentication first, then the protocol's reasons.
  public var dropped: [CountReport]

  public init(sent: UInt64, unsent: UInt64, received: UInt64, dropped: [CountReport]) {
    self.sent = sent
    self.unsent = unsent
    self.received = received
    self.dropped = dropped
  }
}

/// How often something happened.
public struct CountReport: Codable, Sendable, Hashable {
  /// Lower case with underscores, as in a metric's label: `foreign_farm`.
  public var name: String
  public var count: UInt64

  public init(name: String, count: UInt64) {
    self.name = name
    self.count = count
  }
}
