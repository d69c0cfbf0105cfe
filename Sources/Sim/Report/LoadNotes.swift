import Engine
import FarmFile

/// What the picture of the load does not say by itself: whose packets were lost or not answered, and why the load
/// climbs or falls although as many clients come as before.
struct LoadNotes {
  let told: ToldTrial

  /// Sentences, in order.
  var all: [String] {
    [lost, onTheWay, unknown, silence, unserved, leaving, filling].compactMap { $0 }
  }

  /// New clients do not notice lost packets of open flows.
  private var lost: String? {
    let (lost, open) = (told.count(.packetsLost), told.count(.packetsLostOfOpenConnections))
    guard lost > 0, open > 0 else { return nil }
    let isTCP = losing.isEmpty || losing.contains(where: \.isTCP)
    let isUDP = losing.contains { !$0.isTCP }
    let segments = "segments of open connections\(repeated)"
    let datagrams = "datagrams of open flows, whose clients sent on"
    let those =
      isTCP && isUDP ? "\(segments), or \(datagrams)" : isUDP ? datagrams : segments
    return "Of \(Readable.count(lost)) lost packets \(Readable.count(open)) were \(those)."
  }

  /// `, which their clients sent again until a node answered or reset the connection, they gave up after 15 s (3 clients),
  /// or the run ended (9 clients)`: only what some client met.
  private var repeated: String {
    let counts = losing.filter(\.isTCP).reduce(TrafficCounts()) { $0 + $1.counts }
    let gaveUp = counts.broken - counts.unnoticed
    // Who gave up may have had segments that came to a node, and not to its application.
    let isTroubled = told.seconds(.applicationOutageMax) > 0
    func many(_ count: Int) -> String { isTroubled ? "" : " (\(Readable.count(count, "client")))" }
    var ends: [String] = []
    if counts.answeredLate > 0 {
      ends.append(counts.resetLate > 0 ? "a node answered or reset the connection" : "a node answered")
    } else if counts.resetLate > 0 {
      ends.append("a node reset the connection")
    }
    if gaveUp > 0 { ends.append("they gave up after \(Readable.setting(Traffic.patience))\(many(gaveUp))") }
    if counts.silent > 0 { ends.append("the run ended\(many(counts.silent))") }
    guard let last = ends.popLast() else { return "" }
    let first = ends.isEmpty ? "" : "\(ends.joined(separator: ", ")), or "
    return ", which their clients sent again until \(first)\(last)"
  }

  /// How many packets chance took.
  private var onTheWay: String? {
    let count = sum(\.lostOnTheWay)
    guard count > 0 else { return nil }
    return count == told.count(.packetsLost)
      ? "All lost packets were lost on the way, by chance."
      : "\(Readable.count(count)) of the lost packets were lost on the way, by chance."
  }

  /// How many segments are lost although their bucket has an owner, and why.
  private var unknown: String? {
    let count = sum(\.lostUnknown)
    guard count > 0 else { return nil }
    return
      "\(Readable.count(count, "segment")) \(count == 1 ? "was" : "were") lost although \(count == 1 ? "its" : "their") "
      + "bucket had an owner: that node does not know the connection, and another may still have it, so that nobody resets "
      + "it until that is settled, or its client gives up after \(Readable.setting(Traffic.patience))."
  }

  private func sum(_ count: KeyPath<TrafficCounts, Int>) -> Int {
    streams.reduce(0) { $0 + $1.counts[keyPath: count] }
  }

  /// How long clients of open flows waited.
  private var silence: String? {
    guard let silence = told.measured(.flowOutageMax) else { return nil }
    let end = silence.isCensored ? " by the end of the run" : ""
    return
      "No client of an open \(told.flowNoun) was without an answer for longer than \(Readable.time(silence.value))\(end)."
  }

  /// Packets that reached a node but no application that could answer them.
  private var unserved: String? {
    let count = told.count(.packetsUnserved)
    guard count > 0 else { return nil }
    let mayBeUnknown = told.scenario.traffic.contains { $0.datagrams?.onMove == .breaks }
    let isTroubled = told.seconds(.applicationOutageMax) > 0
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
      + "no more: only then does its part of the load end, and new flows make up for it."
  }

  private var filling: String? {
    guard let from = told.result.measuredFrom else { return nil }
    return FillingLoad(told.scenario).words(measuredFrom: from, end: told.result.end, unlessBefore: breach)
  }

  /// What first left buckets without service until the run ended, or for so long that their clients gave up.
  private var breach: FillingLoad.Breach? {
    let those = told.result.rebalances.filter { rebalance in
      let open = told.result.unsettled
      let isOpen = !rebalance.isOver && open.holes + open.unreached + open.unserved > 0
      return isOpen || rebalance.disturbed ?? .zero >= Traffic.patience
    }
    return those.first.map { FillingLoad.Breach(happened: told.words.happened($0), at: $0.at) }
  }

  private var streams: [StreamOutcome] { told.result.outcome.streams }
  /// Streams whose open flows lost packets.
  private var losing: [StreamOutcome] { streams.filter { $0.counts.lostOfOpen > 0 } }
}
