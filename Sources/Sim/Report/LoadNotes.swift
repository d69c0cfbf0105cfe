import Engine

/// What the picture of the load does not say by itself: whose packets were lost or not answered, and why the load
/// climbs or falls although as many clients come as before.
struct LoadNotes {
  let told: ToldTrial

  /// Sentences, in order.
  var all: [String] { [lost, silence, dropped, unserved, leaving, filling].compactMap { $0 } }

  /// New clients do not notice lost packets of open flows.
  private var lost: String? {
    let (lost, open) = (told.count("packets_lost"), told.count("packets_lost.of_open_connections"))
    guard lost > 0, open > 0 else { return nil }
    let isTCP = losing.isEmpty || losing.contains(where: \.isTCP)
    let isUDP = losing.contains { !$0.isTCP }
    let segments =
      "segments of open connections, which their clients sent again until a node answered, or reset the connection"
    let datagrams = "datagrams of open flows, whose clients sent on"
    let those =
      isTCP && isUDP ? "\(segments), or \(datagrams)" : isUDP ? datagrams : segments
    return "Of \(Readable.count(lost)) lost packets \(Readable.count(open)) were \(those)."
  }

  /// How long clients of open flows waited.
  private var silence: String? {
    guard let silence = told.measured("flow_outage.max") else { return nil }
    let end = silence.isCensored ? " by the end of the run" : ""
    return
      "No client of an open \(told.flowNoun) was without an answer for longer than \(Readable.time(silence.value))\(end)."
  }

  /// Why segments are lost although every bucket has an owner. `nil` if something else may have kept clients waiting.
  private var dropped: String? {
    let outcome = told.result.outcome
    let those = losing.filter { $0.isTCP && $0.counts.broken + $0.counts.reset > 0 }
    let longest = those.compactMap { $0.longestSilence?.value }.max() ?? 0
    let gap = outcome.groups.map(\.longestUnserved).max() ?? 0
    // Each wait is twice the one before: a client that met only the gap has an answer by then.
    guard longest > 2 * gap + Traffic.firstRetransmission.seconds else { return nil }
    let chance = outcome.faults.reduce(outcome.beforeFaults.repeatedByLoss) { $0 + $1.losses.repeatedByLoss }
    guard chance == 0, told.seconds("application_outage.max") == 0 else { return nil }
    return
      "Segments go on being lost when every bucket has an owner again where that node does not know the connection and "
      + "another may still have it: nobody resets it until that is settled, or its client gives up after "
      + "\(Readable.setting(Traffic.patience))."
  }

  /// Packets that reached a node but no application that could answer them.
  private var unserved: String? {
    let count = told.count("packets_unserved")
    guard count > 0 else { return nil }
    let mayBeUnknown = told.scenario.traffic.contains { $0.datagrams?.onMove == .breaks }
    let isTroubled = told.seconds("application_outage.max") > 0
    let why =
      !isTroubled
      ? "did not know their flow"
      : mayBeUnknown ? "did not know their flow, hung or was down" : "hung or was down"
    return
      "\(Readable.count(count, "packet")) came to a node whose application \(why): accepted, and not answered."
  }

  /// Clients of UDP flows that no application knows any more send for a while, and then stop.
  private var leaving: String? {
    let patiences = streams.indices.compactMap { s in
      !streams[s].isTCP && streams[s].counts.broken > 0 && told.scenario.traffic.indices.contains(s)
        ? told.scenario.traffic[s].datagrams?.patience : nil
    }
    guard let longest = patiences.max() else { return nil }
    return
      "The client of a lost UDP flow sends on until its patience is over, for up to \(Readable.setting(longest)), and then "
      + "no more: the load falls for so long, and then climbs again as new flows begin."
  }

  /// A run begins without flows. If they last long, the load climbs although as many clients come as before.
  private var filling: String? {
    let mean =
      told.scenario.traffic.filter { told.scenario.rule(of: $0).transport == .tcp || $0.datagrams != nil }
      .map(\.flow.duration.mean).max() ?? 0
    let full = 3 * mean
    guard full > 0, let from = told.result.measuredFrom, full > from.seconds else { return nil }
    return
      "Still filling up: \(told.flowNoun)s last \(Readable.time(mean)) on average and there were none at the start, so "
      + "that the load climbs until about \(Readable.time(full)), when as many end as begin."
  }

  private var streams: [StreamOutcome] { told.result.outcome.streams }
  /// Streams whose open flows lost packets.
  private var losing: [StreamOutcome] { streams.filter { $0.counts.lostOfOpen > 0 } }
}
