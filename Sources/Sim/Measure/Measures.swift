/// Every measure that a run yields, in the order of reports and of ``TrialResult/values``.
public enum Measures {
  public static let all: [Measure] = [
    Measure(
      "rebalance_time.max", .seconds,
      "Longest time from a fault (a planned move: from its first hole) to one owner that serves again for every bucket that it disturbed."
    ),
    Measure(
      "rebalance_time.mean", .seconds,
      "Mean of that time over the faults and ends of faults that disturbed a bucket, each counted as above."),
    Measure("rebalance_time.count", .count, "Faults, and ends of faults, that disturbed a bucket."),
    Measure(
      "rebalance_time.detection.max", .seconds,
      "Longest time from a fault to the first view change that answers it."),
    Measure(
      "rebalance_time.decision.max", .seconds,
      "Longest time from that view change to the last commit issued for it."),
    Measure("rebalance_time.commit.max", .seconds, "Longest time from that commit to the filter having it."),
    Measure(
      "rebalance_time.first_packet.max", .seconds,
      "Longest time from then to the first packet accepted in one of the last buckets to be whole again."),
    Measure(
      "drain_time.max", .seconds,
      "Longest time from the order to drain a node until it was drained: its last connection had ended, or its deadline was over."
    ),
    Measure(
      "client_outage.max", .seconds,
      "Longest time from a client's first failed connect or request until one came through, or would have if it had tried again."
    ),
    Measure(
      "client_outage.mean", .seconds,
      "Mean of that time over the outages. The farm's own start is none of them."),
    Measure(
      "flow_outage.max", .seconds,
      "Longest time that the client of an open flow, TCP or UDP, sent without an answer, until one came, a reset included, or it gave up or had sent all."
    ),
    Measure(
      "buckets_moved", .count,
      "Buckets that had another owner when the next fault or end struck, or the run ended, than before; summed over faults and their ends."
    ),
    Measure("buckets_moved.minimum", .count, "Fewest of them that had to change owner."),
    Measure(
      "buckets_moved.there_and_back", .count,
      "Buckets that came to another node and were with their old owner again by then; not among those moved."),
    Measure(
      "flows_opened", .count,
      "TCP and UDP flows that were established, and those that were open when measuring began."),
    Measure(
      "flows_kept", .count,
      "Flows that ended in good order, or were still open when the run ended and not lost."),
    Measure(
      "flows_stalled", .count,
      "Flows among those kept whose clients waited for an answer when the run ended."),
    Measure(
      "flows_broken", .count,
      "Established flows that no node answered any more until their clients gave up, or that no node knew any more when the run ended."
    ),
    Measure(
      "flows_broken.unnoticed", .count,
      "Those of them whose clients had not given up when the run ended."),
    Measure(
      "flows_broken.outside_failed_nodes", .count,
      "Broken flows though nothing kept their node from serving and its clients reached it."),
    Measure("flows_reset", .count, "Established flows that a node reset."),
    Measure(
      "flows_reset.outside_failed_nodes", .count,
      "Reset flows that another node still had, one that served its clients and that nobody missed."),
    Measure(
      "flows_lost.with_failed_nodes", .count,
      "Established flows that were broken or reset because their node had failed, was kept from serving or hidden from its clients."
    ),
    Measure(
      "flows_lost.elsewhere", .count,
      "Established flows that were broken or reset though nothing kept their node from serving and its clients reached it."
    ),
    Measure("connects_begun", .count, "TCP connects, repeats not counted."),
    Measure(
      "connects_repeated", .count, "Connects whose first attempt was not answered."
    ),
    Measure("connects_repeated.times", .count, "Most retries that one connect took."),
    Measure("connects_failed", .count, "Connects given up after the last retry."),
    Measure("connects_waiting", .count, "Connects that were not answered yet when the run ended."),
    Measure("connects_reset", .count, "Connects that died because two nodes answered."),
    Measure(
      "requests_sent", .count, "UDP requests, repeats not counted; the first datagram of a UDP flow is one."),
    Measure("requests_repeated", .count, "UDP requests whose first attempt was not answered."),
    Measure("requests_repeated.times", .count, "Most retries that one UDP request took."),
    Measure("requests_failed", .count, "UDP requests given up after the last retry."),
    Measure("requests_waiting", .count, "UDP requests that were not answered yet when the run ended."),
    Measure("sessions_moved", .count, "Sessions whose connections met more than one node."),
    Measure(
      "flows_moved", .count,
      "Times that a UDP flow's datagram came to another node than the one that had answered it."),
    Measure("hole_time.total", .bucketSeconds, "Bucket-seconds without an owner after the farm had formed."),
    Measure("hole_time.longest", .seconds, "Longest time a bucket had no owner."),
    Measure(
      "unreached_time.total", .bucketSeconds,
      "Bucket-seconds whose owner the network did not bring to clients, after the farm had formed."),
    Measure("unreached_time.longest", .seconds, "Longest time a bucket had an owner that was not reached."),
    Measure(
      "double_owner_time.total", .bucketSeconds, "Bucket-seconds with two or more owners that clients reach."),
    Measure(
      "double_owner_time.longest", .seconds,
      "Longest time a bucket had two or more owners that clients reach."),
    Measure(
      "double_owners.most", .count,
      "Most buckets that had two or more owners that clients reach, at one instant."),
    Measure("packets_sent", .count, "Packets that clients sent to the virtual IP since measuring began."),
    Measure("packets_lost", .count, "Packets that no node accepted, nor answered with a reset."),
    Measure(
      "packets_lost.of_open_connections", .count,
      "Those of them that were of open flows: segments of TCP connections, which their clients send again, and datagrams of UDP flows."
    ),
    Measure(
      "packets_reset", .count,
      "Packets of flows that a node did not know, and reset: they are neither accepted nor lost."),
    Measure(
      "packets_unserved", .count,
      "Packets that a node accepted and whose application gave no answer: it did not know their flow, hung or was down."
    ),
    Measure("packets_twice", .count, "Packets that two or more nodes accepted."),
    Measure("view_changes", .count, "View changes, summed over nodes, after the farm had formed."),
    Measure(
      "false_removals", .count,
      "Removals of a node that ran and that the observer could hear, directly or through others."),
    Measure("heartbeats_sent", .count, "Heartbeat datagrams sent, relayed ones included."),
    Measure(
      "heartbeats_relayed", .count,
      "Those that pass on what another node sent, once the load is measured: none unless one is not heard by another."
    ),
    Measure(
      "heartbeat_rate.max", .perSecond, "Largest number of datagrams a node sent in one second of the clock."),
    Measure(
      "skew.buckets.max_over_mean", .ratio,
      "Buckets of the fullest node over the mean, each by weight, of the nodes configured to serve; at the end."
    ),
    Measure(
      "skew.flows.max_over_mean", .ratio, "The same for flows established, since measuring began."),
    Measure("skew.packets.max_over_mean", .ratio, "The same for packets accepted."),
    Measure("skew.packets.variation", .ratio, "Standard deviation over mean of those packets by weight."),
    Measure("skew.packets.jain", .share, "Jain's fairness index of them."),
    Measure(
      "application_outage.max", .seconds,
      "Longest time that a node accepted clients whom its application did not serve."),
    Measure(
      "application_outage.total", .bucketSeconds, "Bucket-seconds whose owner's application did not serve."),
    Measure("connects_refused", .count, "Connects refused because the node's application was down."),
  ]

  /// Whether a measure counts flows, connects or requests and no client of the trials began any.
  static func isIdle(_ name: String, in trials: [TrialResult]) -> Bool {
    let kinds = [
      ("flows_", "flows_opened"), ("connects_", "connects_begun"), ("requests_", "requests_sent"),
    ]
    guard let kind = kinds.first(where: { name.hasPrefix($0.0) }) else { return false }
    return trials.allSatisfy { $0[kind.1]?.value ?? 0 == 0 }
  }

  /// The position of a measure by its name.
  public static func index(of name: String) -> Int? { all.firstIndex { $0.name == name } }
}
