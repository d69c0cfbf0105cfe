/// One group's buckets, packets and flows.
public struct GroupReport: Codable, Sendable, Hashable {
  public var name: String
  /// How many there are.
  public var buckets: Int
  /// How many buckets each configured node claims, in configured order.
  public var claims: [Int]
  /// Buckets that nobody claims, as far as this node knows.
  public var holes: Int
  /// Buckets that more than one node claims, as far as this node knows.
  public var doubles: Int
  /// Packets that this node's kernel filter accepted and rejected; `nil` if the filter cannot be read.
  public var accepted: UInt64?
  public var rejected: UInt64?
  /// TCP flows that this node's kernel tracks, in buckets of its own and in others'.
  public var flowsInside: Int
  public var flowsOutside: Int

  public init(
    name: String, buckets: Int, claims: [Int], holes: Int, doubles: Int, accepted: UInt64?, rejected: UInt64?,
    flowsInside: Int, flowsOutside: Int
  ) {
    self.name = name
    self.buckets = buckets
    self.claims = claims
    self.holes = holes
    self.doubles = doubles
    self.accepted = accepted
    self.rejected = rejected
    self.flowsInside = flowsInside
    self.flowsOutside = flowsOutside
  }
}

/// Datagrams since the daemon was started.
public struct HeartbeatReport: Codable, Sendable, Hashable {
  /// Each datagram on each network counts.
  public var sent: UInt64
  /// What the kernel refused to send: an interface that is down, a full queue.
  public var unsent: UInt64
  /// Authentic ones of this farm.
  public var received: UInt64
  /// What was not taken, by reason, in a fixed order: authentication first, then the protocol's reasons.
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
