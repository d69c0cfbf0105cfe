/// Of many trials the one that is told, and how the others compare with it in what the question is about.
struct TrialChoice {
  let scenario: Scenario
  let subject: Subject
  let trials: [TrialResult]

  /// The worst in what the question is about; the first of equals.
  /// - Precondition: there is a trial.
  func worst() -> TrialResult {
    var best = trials[0]
    var most = weight(of: best)
    for trial in trials.dropFirst() {
      let weight = weight(of: trial)
      if most.lexicographicallyPrecedes(weight) { (best, most) = (trial, weight) }
    }
    return best
  }

  private func weight(of trial: TrialResult) -> [Double] {
    let told = ToldTrial(scenario, trial)
    let lost = Double(told.lost.withNode + told.lost.elsewhere)
    let time = [trial.unsettled.count > 0 ? 1 : 0, ServiceClause(told: told).longest?.total.seconds ?? 0]
    let failed = Double(told.failedAttempts)
    switch subject {
    case .connections: return [lost, failed] + time
    case .outage: return time + [failed, lost]
    case .double:
      return [told.seconds("double_owner_time.longest"), Double(told.count("packets_twice")), lost]
    case .owners: return [Double(told.count("buckets_moved"))] + time + [lost]
    case .retries: return [told.mostRetries, told.repeated].map(Double.init) + [failed] + time
    case .load: return [told.seconds("skew.packets.max_over_mean"), lost] + time
    }
  }

  /// A sentence about all trials together; `nil` where the worst says enough.
  func spread() -> String? {
    switch subject {
    case .connections:
      let told = trials.map { ToldTrial(scenario, $0) }
      guard told.contains(where: { $0.count("flows_opened") > 0 }) else { return times() }
      let noun = told[0].flowNoun
      return counts(
        told.map { $0.lost.withNode + $0.lost.elsewhere },
        none: "No trial lost a \(noun)", some: "lost \(noun)s")
    case .outage: return times()
    case .owners:
      return counts(
        trials.map { ToldTrial(scenario, $0).count("buckets_moved") },
        none: "No trial moved a bucket", some: "moved buckets")
    case .retries:
      let most = trials.map { ToldTrial(scenario, $0).mostRetries }.max() ?? 0
      return most == 0
        ? "In no trial did a client have to try again"
        : "In no trial did a client have to try again more than \(most == 1 ? "once" : "\(most) times")"
    case .double:
      let longest = trials.map { $0["double_owner_time.longest"]?.value ?? 0 }
      let affected = longest.filter { $0 > 0 }.count
      return affected == 0
        ? nil : "Two nodes answered for the same bucket in \(Readable.count(affected)) of \(all)"
    case .load: return nil
    }
  }

  private var all: String { Readable.count(trials.count, "trial") }

  private func counts(_ values: [Int], none: String, some: String) -> String? {
    let found = values.filter { $0 > 0 }.sorted()
    guard let least = found.first, let most = found.last else { return none }
    let each =
      least == most
      ? "\(Readable.count(least)) each" : "\(Readable.count(least)) to \(Readable.count(most)) each"
    let rest = values.count - found.count
    if rest == 0 { return "All trials \(some), \(each)" }
    return
      "\(Readable.count(found.count)) of \(all) \(some), \(each), the \(rest == 1 ? "other" : "others") none"
  }

  private func times() -> String? {
    let open = trials.filter { $0.unsettled.count > 0 }.count
    if open > 0 { return "In \(Readable.count(open)) of \(all) it was not over when the run ended" }
    let times = trials.compactMap { ServiceClause(told: ToldTrial(scenario, $0)).longest?.total.seconds }
      .sorted()
    guard let least = times.first, let most = times.last, times.count > 1,
      let quantiles = try? Statistics.quantiles([0.5, 0.95], of: times)
    else { return nil }
    let rest =
      times.count < trials.count ? " where a bucket was disturbed, in \(Readable.count(times.count))" : ""
    // The longest of fewer trials is beyond the 95 % quantile of a sample.
    if times.count < TrialSummary.fewest {
      return
        "Over the trials\(rest) the longest rebalance took \(Readable.time(least)) to \(Readable.time(most))"
    }
    return
      "Over the trials\(rest) the median of the longest rebalance is \(Readable.time(quantiles[0])), and 95 % are "
      + "below \(Readable.time(quantiles[1]))"
  }
}
