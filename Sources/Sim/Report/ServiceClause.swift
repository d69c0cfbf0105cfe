import Engine
import FarmFile

/// How long buckets had no node that clients reached, and what was not over when the run ended.
///
/// The clause is about the ``longest`` rebalance of a failure or, without one, of a planned change. First it tells what
/// was never over, or that the farm never formed. Otherwise it says when every bucket had one owner again, and for how
/// long clients were not served meanwhile: "without an owner", "out of clients’ reach" or "without service", whichever
/// fits the measures.
struct ServiceClause {
  let told: ToldTrial
  /// Whether it tells of a blackout of the whole farm; `false` if ``BlackoutClause`` does.
  var tellsBlackout = true

  private var scenario: Scenario { told.scenario }
  private var result: TrialResult { told.result }

  /// Whether it tells of buckets that a fault left without service until the run ended.
  var isOpen: Bool {
    let open = result.unsettled
    guard let formed = result.formedAt, open.holes + open.unreached + open.unserved > 0 else { return false }
    return scenario.faults.allSatisfy { .zero + $0.at >= formed } && notOver() != nil
  }

  func text() -> String {
    guard let formed = result.formedAt else {
      if result.isPartial {
        return "the farm had not formed when the run was stopped at \(Readable.time(result.end - .zero))"
      }
      return "the farm never formed: until the run ended, some bucket had no owner, or two"
    }
    let early = scenario.faults.prefix { .zero + $0.at < formed }.count
    if early > 0 {
      let first = told.words.happened(0, isEnd: false)
      let late =
        "\(first) \(Readable.moment(.zero + scenario.faults[0].at)) after the start, before the farm had formed at "
        + Readable.time(formed - .zero) + unservedBefore
      return early == scenario.faults.count ? late : "\(late); \(formedText())"
    }
    return formedText()
  }

  /// If no node had accepted anything when the first fault struck: until when no client was served.
  private var unservedBefore: String {
    let firsts = result.ownership.map { timeline in
      timeline.changes.first { !$0.owners.isEmpty }?.at ?? result.end
    }
    guard let first = firsts.min(), first > .zero + scenario.faults[0].at, first < result.end else {
      return ""
    }
    return ", and no client was served before \(Readable.clock(first))"
  }

  private func formedText() -> String {
    if let open = notOver() ?? unsettled() { return open }
    let hole = longestHole
    if came == 0, !scenario.faults.isEmpty {
      return "no \(told.nouns.one) had come when the run was stopped at \(Readable.time(result.end - .zero))"
    }
    guard !scenario.faults.isEmpty else {
      return hole == 0
        ? "without any fault, no bucket was ever without an owner\(noOutage)"
        : "without any fault, buckets were still \(without(one: "an owner")) for up to \(Readable.time(hole))"
    }
    guard let longest else { return undisturbed() }
    let isSaid = !longest.isPlanned && isSaid(cause(longest.rebalance))
    let happened = isSaid ? "that" : told.words.happened(cause(longest.rebalance))
    // An ordered move disturbs nothing at first: its time counts from the first bucket that it disturbs.
    var when =
      longest.isPlanned
      ? "\(Readable.time(longest.total)) after the first had not, when \(happened)"
      : "\(Readable.time(longest.total)) after \(happened)"
    if longest.count > 1 {
      when +=
        ", the longest of \(Readable.count(longest.count)) \(longest.isPlanned ? "disturbances" : "failures")"
    }
    // A planned move disturbs one bucket after the other. In between, all may have been whole.
    let again =
      "\(longest.isPlanned ? "the last disturbed bucket" : "every bucket") had exactly one owner again \(when)"
    if hole == 0 { return "\(again), and none was ever without one" }
    // Clients felt an outage that lasts most of that time. A planned move leaves only short gaps. A hole longer than
    // that time has another cause, and must be told.
    if !longest.isPlanned, hole >= 0.5 * longest.total.seconds, hole <= longest.total.seconds + 1e-9 {
      let served = "every bucket was served again \(when)\(blackout)"
      if hole >= 0.9 * longest.total.seconds { return served }
      // A bucket that is taken and lost once more has two holes or more in that time, with some service in between.
      let between = blackout.isEmpty ? ", with some service in between" : ""
      return "buckets \(had) for up to \(Readable.time(hole)) at a time, and \(served)\(between)"
    }
    return "\(again), and none was \(without(one: "one")) for longer than \(Readable.time(hole))"
  }

  /// Says that clients came and none had to wait.
  private var noOutage: String {
    told.count(.packetsSent) > 0 && told.measured(.clientOutageMax) == nil
      && told.measured(.flowOutageMax) == nil
      ? ", and no client saw an outage" : ""
  }

  /// How long no client was served at all: this is more than one node failing after the other.
  private var blackout: String {
    let outcome = result.outcome
    if outcome.longestBlackout == 0 || !tellsBlackout { return lateBlackout }
    let time = Readable.measured(
      Measured(outcome.longestBlackout, isCensored: outcome.endsInBlackout), .seconds)
    return ", and for \(time) none was served at all"
  }

  /// Nodes with failed applications keep their buckets until a checker reports it. The blackout does not include that
  /// time.
  private var lateBlackout: String {
    let outcome = result.outcome
    guard let longest, !longest.isPlanned, outcome.longestBlackout > 0, let from = outcome.blackoutFrom,
      scenario.faults.indices.contains(longest.rebalance.fault),
      scenario.faults[longest.rebalance.fault].kind.isOfApplication, from > longest.rebalance.at,
      from < longest.rebalance.at + longest.total
    else { return "" }
    return
      ", the first \(Readable.time(from - longest.rebalance.at)) of it with nodes that still had their buckets"
  }

  /// Whether the sentence before already names this event as the cause of all losses.
  private func isSaid(_ rebalance: Rebalance) -> Bool {
    guard [.connections, .clients].contains(told.scenario.subject), rebalance.healthy == nil,
      let said = LossClause(told: told).cause, DrainClause(told: told).text() == nil
    else { return false }
    return said.fault == rebalance.fault && said.isEnd == rebalance.isEnd
  }

  /// How many of the faults came before the run ended or was stopped.
  private var came: Int { scenario.faults.prefix { .zero + $0.at <= result.end }.count }

  /// The longest time that clients of a bucket were not served, for whatever reasons, in seconds.
  private var longestHole: Double {
    let unserved = result.outcome.groups.map(\.longestUnserved).max() ?? 0
    return max(unserved, told.seconds(.holeTimeLongest), told.seconds(.unreachedTimeLongest))
  }

  /// Whether that time was longer because clients did not reach an owner, or because its application did not serve.
  private var isUnreached: Bool { isMore && told.seconds(.unreachedTimeLongest) > 0 }
  private var isUnserved: Bool { isMore && told.seconds(.applicationOutageMax) > 0 }
  private var isMore: Bool { longestHole > told.seconds(.holeTimeLongest) + 1e-9 }

  /// What buckets had for ``longestHole``.
  private var had: String {
    isUnreached && !isUnserved ? "had no owner that clients reached" : "were \(without(one: "an owner"))"
  }

  private func without(one: String) -> String {
    isUnserved ? "without service" : isUnreached ? "out of clients’ reach" : "without \(one)"
  }

  /// For a run in which no fault took a bucket's one owner away.
  private func undisturbed() -> String {
    let count = came
    var cause = told.words.happened(0, isEnd: false)
    if let alike = told.words.alike(count, until: result.end) {
      cause = alike
    } else if count > 1 {
      let nouns = ToldTrial.noun(of: scenario.faults.prefix(count).dropFirst())
      cause += " and \(Readable.count(count - 1)) more \(count == 2 ? nouns.one : nouns.many) followed"
    }
    let hole = longestHole
    if hole > 0 {
      return "after \(cause), buckets \(had) for up to \(Readable.time(hole))"
    }
    // The fault is named already if its reload is not in force, or if connections were lost by it.
    if !result.staged.isEmpty { return "no bucket changed its owner or was without one" }
    if count == 1, told.count(.bucketsMoved) == 0, let named = LossClause(told: told).cause, !named.isEnd {
      return "no bucket changed its owner or was without one"
    }
    return told.count(.bucketsMoved) > 0
      ? "although \(cause), every bucket kept an owner all the time"
      : "although \(cause), no bucket changed its owner or was without one"
  }

  struct Longest {
    let rebalance: Rebalance
    let total: Duration
    /// How many there were to choose from.
    let count: Int
    let isPlanned: Bool
  }

  /// The longest rebalance of a *failure*: a fault that nobody ordered and that disturbed a bucket. If there is no
  /// failure, the longest of what an operator did on purpose and of ends of faults: the question is about failures
  /// first. Faults at one instant count as one.
  var longest: Longest? {
    for isPlanned in [false, true] {
      let those = result.rebalances.filter {
        ($0.total ?? .zero) > .zero && self.isPlanned($0) == isPlanned
      }
      var best: Rebalance?
      for rebalance in those where rebalance.total ?? .zero > best?.total ?? .zero { best = rebalance }
      if let best, let total = best.total {
        return Longest(rebalance: best, total: total, count: those.count, isPlanned: isPlanned)
      }
    }
    return nil
  }

  /// Whether nothing that happened at its instant was a failure.
  private func isPlanned(_ rebalance: Rebalance) -> Bool { !isFailure(cause(rebalance)) }

  /// The first failure at the instant of a rebalance or, without one, the rebalance itself.
  private func cause(_ rebalance: Rebalance) -> Rebalance {
    result.rebalances.first { $0.at == rebalance.at && isFailure($0) } ?? rebalance
  }

  private func isFailure(_ rebalance: Rebalance) -> Bool {
    guard !rebalance.isEnd, scenario.faults.indices.contains(rebalance.fault) else { return false }
    return !scenario.faults[rebalance.fault].kind.traits.isPlanned
  }

  /// The longest rebalance that was not over when the run ended, with what was still wrong then.
  private func notOver() -> String? {
    var longest: Rebalance?
    for rebalance in result.rebalances where !rebalance.isOver {
      if rebalance.total ?? .zero > longest?.total ?? .zero { longest = rebalance }
    }
    guard let longest else { return nil }
    let end =
      result.isForsaken ? ", and no node was left to take \(result.unsettled.count == 1 ? "it" : "them")" : ""
    if result.unsettled.count == 0 { return nil }
    return
      "\(Readable.time(result.end - longest.at)) after \(told.words.happened(cause(longest))), when the run ended, "
      + ServiceClause.words(result.unsettled) + end
  }

  /// Buckets that were not whole when the run ended, without a fault of the plan as the cause.
  private func unsettled() -> String? {
    let open = result.unsettled
    return open.count > 0 ? "when the run ended, \(ServiceClause.words(open))" : nil
  }

  private static func words(_ open: UnsettledBuckets) -> String {
    var parts: [String] = []
    if open.holes > 0 { parts.append("\(Readable.count(open.holes, "bucket")) still had no owner") }
    if open.unreached > 0 {
      parts.append("\(Readable.count(open.unreached, "bucket")) still had no owner that clients reached")
    }
    if open.unserved > 0 {
      parts.append(
        "\(Readable.count(open.unserved, "bucket")) still had an owner whose application did not serve")
    }
    if open.doubles > 0 { parts.append("\(Readable.count(open.doubles, "bucket")) still had two owners") }
    return PlainText.list(parts)
  }
}
