extension Measure {
  /// What reports and the documentation say of it.
  public var label: MeasureLabel {
    func say(_ unit: MeasureUnit, _ meaning: String) -> MeasureLabel { MeasureLabel(rawValue, unit, meaning) }
    switch self {
    case .rebalanceTimeMax:
      return say(
        .seconds,
        "Longest time from a fault (a planned move: from its first hole) to one owner that serves again for every bucket that it disturbed."
      )
    case .rebalanceTimeMean:
      return say(
        .seconds,
        "Mean of that time over the faults and ends of faults that disturbed a bucket, each counted as above."
      )
    case .rebalanceTimeCount: return say(.count, "Faults, and ends of faults, that disturbed a bucket.")
    case .rebalanceTimeDetectionMax:
      return say(.seconds, "Longest time from a fault to the first view change that answers it.")
    case .rebalanceTimeDecisionMax:
      return say(.seconds, "Longest time from that view change to the last commit issued for it.")
    case .rebalanceTimeCommitMax:
      return say(.seconds, "Longest time from that commit to the filter having it.")
    case .rebalanceTimeFirstPacketMax:
      return say(
        .seconds,
        "Longest time from then to the first packet accepted in one of the last buckets to be whole again.")
    case .drainTimeMax:
      return say(
        .seconds,
        "Longest time from the order to drain a node until it was drained: its last connection had ended, or its deadline was over."
      )
    case .clientOutageMax:
      return say(
        .seconds,
        "Longest time from a client's first failed connect or request until one came through, or would have if it had tried again."
      )
    case .clientOutageMean:
      return say(.seconds, "Mean of that time over the outages. The farm's own start is none of them.")
    case .flowOutageMax:
      return say(
        .seconds,
        "Longest time that the client of an open flow, TCP or UDP, sent without an answer, until one came, a reset included, or it gave up or had sent all."
      )
    case .bucketsMoved:
      return say(
        .count,
        "Buckets that had another owner when the next fault or end struck, or the run ended, than before; summed over faults and their ends."
      )
    case .bucketsMovedMinimum: return say(.count, "Fewest of them that had to change owner.")
    case .bucketsMovedThereAndBack:
      return say(
        .count,
        "Buckets that came to another node and were with their old owner again by then; not among those moved."
      )
    case .flowsOpened:
      return say(
        .count,
        "TCP and UDP flows that were established, and those that were open when measuring began.")
    case .flowsKept:
      return say(
        .count,
        "Flows that ended in good order, or were still open when the run ended and not lost.")
    case .flowsStalled:
      return say(.count, "Flows among those kept whose clients waited for an answer when the run ended.")
    case .flowsBroken:
      return say(
        .count,
        "Established flows that no node answered any more until their clients gave up, or that no node knew any more when the run ended."
      )
    case .flowsBrokenUnnoticed:
      return say(.count, "Those of them whose clients had not given up when the run ended.")
    case .flowsBrokenOutsideFailedNodes:
      return say(
        .count,
        "Broken flows though nothing kept their node from serving and its clients reached it.")
    case .flowsReset: return say(.count, "Established flows that a node reset.")
    case .flowsResetOutsideFailedNodes:
      return say(
        .count,
        "Reset flows that another node still had, one that served its clients and that nobody missed.")
    case .flowsLostWithFailedNodes:
      return say(
        .count,
        "Established flows that were broken or reset because their node had failed, was kept from serving or hidden from its clients."
      )
    case .flowsLostElsewhere:
      return say(
        .count,
        "Established flows that were broken or reset though nothing kept their node from serving and its clients reached it."
      )
    case .connectsBegun: return say(.count, "TCP connects, repeats not counted.")
    case .connectsRepeated: return say(.count, "Connects whose first attempt was not answered.")
    case .connectsRepeatedTimes: return say(.count, "Most retries that one connect took.")
    case .connectsFailed: return say(.count, "Connects given up after the last retry.")
    case .connectsWaiting: return say(.count, "Connects that were not answered yet when the run ended.")
    case .connectsReset: return say(.count, "Connects that died because two nodes answered.")
    case .requestsSent:
      return say(.count, "UDP requests, repeats not counted; the first datagram of a UDP flow is one.")
    case .requestsRepeated: return say(.count, "UDP requests whose first attempt was not answered.")
    case .requestsRepeatedTimes: return say(.count, "Most retries that one UDP request took.")
    case .requestsFailed: return say(.count, "UDP requests given up after the last retry.")
    case .requestsWaiting: return say(.count, "UDP requests that were not answered yet when the run ended.")
    case .sessionsMoved: return say(.count, "Sessions whose connections met more than one node.")
    case .flowsMoved:
      return say(
        .count,
        "Times that a UDP flow's datagram came to another node than the one that had answered it.")
    case .holeTimeTotal:
      return say(.bucketSeconds, "Bucket-seconds without an owner after the farm had formed.")
    case .holeTimeLongest: return say(.seconds, "Longest time a bucket had no owner.")
    case .unreachedTimeTotal:
      return say(
        .bucketSeconds,
        "Bucket-seconds whose owner the network did not bring to clients, after the farm had formed.")
    case .unreachedTimeLongest:
      return say(.seconds, "Longest time a bucket had an owner that was not reached.")
    case .doubleOwnerTimeTotal:
      return say(.bucketSeconds, "Bucket-seconds with two or more owners that clients reach.")
    case .doubleOwnerTimeLongest:
      return say(.seconds, "Longest time a bucket had two or more owners that clients reach.")
    case .doubleOwnersMost:
      return say(.count, "Most buckets that had two or more owners that clients reach, at one instant.")
    case .packetsSent:
      return say(.count, "Packets that clients sent to the virtual IP since measuring began.")
    case .packetsLost: return say(.count, "Packets that no node accepted, nor answered with a reset.")
    case .packetsLostOfOpenConnections:
      return say(
        .count,
        "Those of them that were of open flows: segments of TCP connections, which their clients send again, and datagrams of UDP flows."
      )
    case .packetsReset:
      return say(
        .count,
        "Packets of flows that a node did not know, and reset: they are neither accepted nor lost.")
    case .packetsUnserved:
      return say(
        .count,
        "Packets that a node accepted and whose application gave no answer: it did not know their flow, hung or was down."
      )
    case .packetsTwice: return say(.count, "Packets that two or more nodes accepted.")
    case .viewChanges: return say(.count, "View changes, summed over nodes, after the farm had formed.")
    case .falseRemovals:
      return say(
        .count,
        "Removals of a node that ran and that the observer could hear, directly or through others.")
    case .heartbeatsSent: return say(.count, "Heartbeat datagrams sent, relayed ones included.")
    case .heartbeatsRelayed:
      return say(
        .count,
        "Those that pass on what another node sent, once the load is measured: none unless one is not heard by another."
      )
    case .heartbeatRateMax:
      return say(.perSecond, "Largest number of datagrams a node sent in one second of the clock.")
    case .skewBucketsMaxOverMean:
      return say(
        .ratio,
        "Buckets of the fullest node over the mean, each by weight, of the nodes configured to serve; at the end."
      )
    case .skewFlowsMaxOverMean: return say(.ratio, "The same for flows established, since measuring began.")
    case .skewPacketsMaxOverMean: return say(.ratio, "The same for packets accepted.")
    case .skewPacketsVariation: return say(.ratio, "Standard deviation over mean of those packets by weight.")
    case .skewPacketsJain: return say(.share, "Jain's fairness index of them.")
    case .applicationOutageMax:
      return say(.seconds, "Longest time that a node accepted clients whom its application did not serve.")
    case .applicationOutageTotal:
      return say(.bucketSeconds, "Bucket-seconds whose owner's application did not serve.")
    case .connectsRefused: return say(.count, "Connects refused because the node's application was down.")
    }
  }
}
