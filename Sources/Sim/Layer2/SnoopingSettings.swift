import Engine

/// How a switch snoops IGMP. Times have the defaults of RFC 3376, section 8.
struct SnoopingSettings: Sendable, Hashable {
  /// By what a frame's group is told.
  enum Lookup: Sendable, Hashable {
    /// By the frame's destination: groups that share a MAC share their members.
    case mac
    /// By the destination of the IPv4 packet inside.
    case ip
  }

  /// Where frames of a group go that nobody has joined. RFC 4541, section 2.1.2, leaves it to the switch.
  enum Unregistered: Sendable, Hashable {
    case flood
    /// Only to ports with a multicast router behind them.
    case routerPorts
  }

  var lookup = Lookup.ip
  /// For frames to 01-00-5e.
  var unregistered = Unregistered.flood
  /// For IPv4 packets in frames to other group MACs, which no host can join by IGMP: 03-bf and the like.
  var unmapped = Unregistered.flood
  /// Whether everything is flooded while no querier is known. Otherwise the switch goes on by what it knows, until it
  /// is forgotten.
  var needsQuerier = false
  /// The address that the switch itself queries from; `nil` if it does not query. Another querier with a lower address
  /// silences it (RFC 3376, section 6.6.2).
  var querier: IPAddress?
  /// Whether a query from 0.0.0.0 shows a router too. It comes from another switch that queries (RFC 4541, section
  /// 2.1.1), which a Linux bridge does not tell from a router.
  var anyQueryShowsRouter = false
  var queryInterval = Duration.seconds(125)
  var responseTime = Duration.seconds(10)
  var robustness = 2
  /// How long hosts have to contradict a leave, and how often they are asked.
  var lastMemberInterval = Duration.seconds(1)
  var lastMemberCount = 2
  /// Where a switch has its own setting for it: how long a membership lives without a report.
  var membershipTime: Duration?
  /// The same for another querier without a query.
  var otherQuerierTime: Duration?

  /// Group membership interval: 260 s (RFC 3376, section 8.4).
  var membership: Duration { membershipTime ?? robustness * queryInterval + responseTime }
  /// Other querier present interval: 255 s (section 8.5).
  var otherQuerier: Duration { otherQuerierTime ?? robustness * queryInterval + responseTime / 2 }
  var lastMember: Duration { lastMemberCount * lastMemberInterval }
}
