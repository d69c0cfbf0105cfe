import Engine

/// The one sentence that a run answers its scenario's question with.
struct Answer {
  private let written: Scenario
  /// With the faults of the result's trial.
  private let scenario: Scenario
  private let result: TrialResult
  private let trials: [TrialResult]
  private let words: FaultText

  /// - Parameter trials: every trial, the one in `result` included; figures are the worst of them.
  static func sentence(_ scenario: Scenario, _ result: TrialResult, _ trials: [TrialResult]) -> String {
    let drawn = scenario.drawn(as: result)
    let answer = Answer(
      written: scenario, scenario: drawn, result: result, trials: trials, words: FaultText(drawn))
    let parts = [answer.buckets(), answer.doubles(), answer.clients()].compactMap { $0 }
    let over = trials.count > 1 ? "in the worst of \(Readable.count(trials.count)) trials, " : ""
    let sentence = over + parts.joined(separator: "; ") + "."
    return sentence.prefix(1).uppercased() + sentence.dropFirst()
  }

  private func worst(_ name: String) -> Double {
    guard let index = Measures.index(of: name) else { return 0 }
    return trials.compactMap { $0.values[index] }.max() ?? 0
  }

  private func time(_ name: String) -> String { Readable.time(worst(name)) }

  /// What became of the buckets.
  private func buckets() -> String {
    if let open = notOver() ?? unsettled() { return open }
    let hole = max(worst("hole_time.longest"), worst("unreached_time.longest"))
    guard !scenario.faults.isEmpty else {
      return hole == 0
        ? "without any fault, no bucket was ever without an owner"
        : "without any fault, buckets were still without an owner for up to \(Readable.time(hole))"
    }
    guard let longest = longestRebalance() else { return undisturbed(hole: hole) }
    var when = "\(Readable.time(longest.total)) after \(longest.words.happened(longest.rebalance))"
    if longest.count > 1 { when += ", the longest of \(Readable.count(longest.count)) disturbances" }
    if hole == 0 {
      return "every bucket had exactly one owner again \(when), and none was ever without one"
    }
    // An outage of most of that time is what clients felt; a planned move leaves only short gaps.
    if !longest.isPlanned, hole >= 0.5 * longest.total { return "every bucket was served again \(when)" }
    return "every bucket had exactly one owner again \(when), and none was \(without) for longer than "
      + Readable.time(hole)
  }

  /// No bucket lost its one owner because of a fault.
  private func undisturbed(hole: Double) -> String {
    let count = scenario.faults.count
    if let early = beforeForming() { return early }
    var cause = words.happened(0, isEnd: false)
    if count > 1 { cause += " and \(Readable.count(count - 1, "more fault")) followed" }
    if hole > 0 {
      let how = isUnreached ? "had no owner that clients reached" : "were without an owner"
      return "after \(cause), buckets \(how) for up to \(Readable.time(hole))"
    }
    return worst("buckets_moved") > 0
      ? "although \(cause), every bucket kept an owner all the time"
      : "although \(cause), no bucket changed its owner or was without one"
  }

  /// The first fault struck a farm that was not there yet.
  private func beforeForming() -> String? {
    guard let first = scenario.faults.first, let formed = result.formedAt, .zero + first.at < formed else {
      return nil
    }
    return
      "\(words.happened(0, isEnd: false)) \(Readable.time(first.at)) after the start, before the farm had formed "
      + "at \(Readable.clock(formed))"
  }

  /// Whether buckets were longer without an owner that clients reach than without any.
  private var isUnreached: Bool { worst("unreached_time.longest") > worst("hole_time.longest") }
  private var without: String { isUnreached ? "out of clients’ reach" : "without one" }

  /// The longest rebalance of any trial. What an operator does on purpose, and what ends a fault, counts only
  /// if nothing else disturbed a bucket: the question is about the failure.
  private func longestRebalance() -> (
    rebalance: Rebalance, words: FaultText, total: Double, count: Int, isPlanned: Bool
  )? {
    for isPlanned in [false, true] {
      var best: (rebalance: Rebalance, words: FaultText, total: Double)?
      var count = 0
      for trial in trials {
        // Another trial may have other faults.
        let drawn = written.drawn(as: trial)
        let those = trial.rebalances.filter {
          ($0.total ?? .zero) > .zero && Answer.isPlanned($0, in: drawn) == isPlanned
        }
        count = max(count, those.count)
        for rebalance in those {
          guard let total = rebalance.total?.seconds, total > best?.total ?? 0 else { continue }
          best = (rebalance, FaultText(drawn), total)
        }
      }
      if let best { return (best.rebalance, best.words, best.total, count, isPlanned) }
    }
    return nil
  }

  private static func isPlanned(_ rebalance: Rebalance, in scenario: Scenario) -> Bool {
    guard !rebalance.isEnd, scenario.faults.indices.contains(rebalance.fault) else { return true }
    switch scenario.faults[rebalance.fault].kind {
    case .drain, .resume, .leave, .restart, .weight, .reload: return true
    default: return false
    }
  }

  /// The longest rebalance of any trial that was not over when its run ended, with what was still wrong then.
  private func notOver() -> String? {
    var longest: (trial: TrialResult, rebalance: Rebalance, total: Duration)?
    for trial in trials {
      for rebalance in trial.rebalances where !rebalance.isOver {
        guard let total = rebalance.total, total > longest?.total ?? .zero else { continue }
        longest = (trial, rebalance, total)
      }
    }
    guard let longest else { return nil }
    let words = FaultText(written.drawn(as: longest.trial))
    return "\(Readable.time(longest.total)) after \(words.happened(longest.rebalance)), when the run ended, "
      + Answer.words(longest.trial.unsettled)
  }

  /// Buckets that were not whole when a trial ended, though no fault of the plan is to blame.
  private func unsettled() -> String? {
    guard let open = trials.map(\.unsettled).first(where: { $0.count > 0 }) else { return nil }
    return "when the run ended, \(Answer.words(open))"
  }

  private static func words(_ open: UnsettledBuckets) -> String {
    var parts: [String] = []
    if open.holes > 0 { parts.append("\(Readable.count(open.holes, "bucket")) still had no owner") }
    if open.unreached > 0 {
      parts.append("\(Readable.count(open.unreached, "bucket")) still had no owner that clients reached")
    }
    if open.doubles > 0 { parts.append("\(Readable.count(open.doubles, "bucket")) still had two owners") }
    return parts.joined(separator: " and ")
  }

  private func doubles() -> String? {
    guard worst("double_owner_time.longest") > 0 else { return nil }
    return "two nodes answered for the same bucket for up to \(time("double_owner_time.longest"))"
  }

  /// What the clients noticed.
  private func clients() -> String? {
    let opened = worst("flows_opened")
    guard opened > 0 else {
      let sent = worst("packets_sent")
      let lost = worst("packets_lost")
      guard sent > 0 else { return nil }
      return "\(lost == 0 ? "none" : Readable.number(lost)) of \(Readable.number(sent)) packets "
        + (lost == 0 || lost == 1 ? "was lost" : "were lost")
    }
    let broken = worst("flows_broken")
    let reset = worst("flows_reset")
    guard broken + reset > 0 else { return "none of \(Readable.number(opened)) flows broke" }
    var text = "\(broken == 0 ? "none" : Readable.number(broken)) of \(Readable.number(opened)) flows broke"
    let outside = worst("flows_broken.outside_failed_nodes")
    if broken > 0 {
      text +=
        outside == 0
        ? ", none of them on a node that had not failed"
        : ", \(Readable.number(outside)) of them on nodes that had not failed"
    }
    if reset > 0 { text += ", and \(Readable.number(reset)) \(reset == 1 ? "was" : "were") reset" }
    return text
  }
}
