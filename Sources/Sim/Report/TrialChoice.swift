import FarmFile

/// Of many trials the one that is told, and how the others compare with it in the question's subject.
///
/// Each subject has a list of amounts, the most important first. The worst trial is the one whose list is the largest
/// in that order. ``lead`` names the amount that decided, ``worseElsewhere()`` what was worse in other trials, and
/// ``spread()`` the range over all.
struct TrialChoice {
  let scenario: Scenario
  let subject: Subject
  let trials: [TrialResult]

  /// The worst in the question's subject; of equal ones, the first.
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

  /// What an answer about several trials begins with: which trial it is about, and why that one is the worst.
  /// `in the worst of 100 trials (most connections lost), trial 7`
  var lead: String {
    let worst = worst()
    let own = measures(of: worst)
    let others = trials.map { measures(of: $0) }
    // If all trials are equal in one amount, the next decides.
    let place = own.indices.first { i in others.contains { $0[i].amount != own[i].amount } }
    guard let place else {
      return "in trial \(worst.trial) of \(trials.count), which are alike in what is asked"
    }
    return "in the worst of \(all) (\(own[place].words)), trial \(worst.trial)"
  }

  /// An amount that trials are compared by, and the words for the trial with the most of it.
  private typealias Weighed = (amount: Double, words: String)

  private func weight(of trial: TrialResult) -> [Double] { measures(of: trial).map(\.amount) }

  private func measures(of trial: TrialResult) -> [Weighed] {
    let told = ToldTrial(scenario, trial)
    let noun = told.flowNoun
    let lost: Weighed = (Double(told.lost.withNode + told.lost.elsewhere), "most \(noun)s lost")
    let time: [Weighed] = [
      (trial.unsettled.count > 0 ? 1 : 0, "not over when it ended"),
      (ServiceClause(told: told).longest?.total.seconds ?? 0, "longest rebalance"),
    ]
    let failed: Weighed = (Double(told.failedAttempts), "most connects and requests that came to nothing")
    switch subject {
    case .connections, .clients:
      let drain: Weighed = (DrainClause(told: told).longest?.seconds ?? 0, "longest drain")
      return [lost, failed, drain] + time
    case .outage: return time + [failed, lost]
    case .double:
      return [
        (told.seconds(.doubleOwnerTimeLongest), "two owners for longest"),
        (Double(told.count(.packetsTwice)), "most packets accepted twice"), lost,
      ]
    case .owners:
      return [(Double(told.count(.bucketsMoved)), "most buckets moved")] + time + [lost]
    case .retries:
      return [
        (Double(told.mostRetries), "most retries of one client"),
        (Double(told.repeated), "most clients that had to try again"), failed,
      ] + time
    case .load:
      return [
        (told.seconds(.skewPacketsMaxOverMean), "most uneven load of packets"), lost,
      ] + time
    }
  }

  /// A sentence on what was worse in other trials than in the one told, each with its trial; `nil` if nothing was.
  /// `Worse in other trials: 524 connections lost (trial 3) and a rebalance of 944 ms (trial 1)`
  func worseElsewhere() -> String? {
    let told = figures(of: worst())
    let others = trials.map { (trial: $0.trial, figures: figures(of: $0)) }
    let parts = told.indices.compactMap { i -> String? in
      var most: (trial: Int, figure: Weighed)?
      for other in others where other.figures[i].amount > most?.figure.amount ?? told[i].amount {
        most = (other.trial, other.figures[i])
      }
      // A figure that reads the same is no news.
      guard let most, most.figure.words != told[i].words else { return nil }
      return "\(most.figure.words) (trial \(most.trial))"
    }
    return parts.isEmpty ? nil : "Worse in other trials: \(PlainText.list(parts))"
  }

  /// What an answer tells of a trial for any question, in the same order for all.
  private func figures(of trial: TrialResult) -> [Weighed] {
    let told = ToldTrial(scenario, trial)
    let lost = told.lost.withNode + told.lost.elsewhere
    let longest = ServiceClause(told: told).longest
    let length = Measured(longest?.total.seconds ?? 0, isCensored: longest?.rebalance.isOver == false)
    let outage = told.measured(.clientOutageMax) ?? Measured(0)
    let (connects, requests) = (told.count(.connectsBegun), told.count(.requestsSent))
    let attempt = connects == 0 ? "request" : requests == 0 ? "connect" : "attempt"
    return [
      (Double(lost), "\(Readable.count(lost, told.flowNoun)) lost"),
      (
        Double(told.failedAttempts), "\(Readable.count(told.failedAttempts, attempt)) that came to nothing"
      ), (Double(told.repeated), "\(Readable.count(told.repeated, attempt)) not answered at once"),
      (length.value, "a rebalance of \(Readable.measured(length, .seconds))"),
      (outage.value, "an outage of \(Readable.measured(outage, .seconds)) for a client"),
    ]
  }

  /// A sentence about all trials together; `nil` if the worst says enough.
  func spread() -> String? {
    switch subject {
    case .connections, .clients:
      let told = trials.map { ToldTrial(scenario, $0) }
      guard told.contains(where: { $0.count(.flowsOpened) > 0 }) else { return times() }
      let noun = told[0].flowNoun
      return counts(
        told.map { $0.lost.withNode + $0.lost.elsewhere },
        none: "No trial lost a \(noun)\(drains(told))", some: "lost \(noun)s")
    case .outage: return times()
    case .owners:
      return counts(
        trials.map { ToldTrial(scenario, $0).count(.bucketsMoved) },
        none: "No trial moved a bucket", some: "moved buckets")
    case .retries:
      return retries(trials.map { ToldTrial(scenario, $0) })
    case .double:
      let longest = trials.map { $0[.doubleOwnerTimeLongest]?.value ?? 0 }
      let affected = longest.filter { $0 > 0 }.count
      return affected == 0
        ? nil : "Two nodes answered for the same bucket in \(Readable.count(affected)) of \(all)"
    case .load: return nil
    }
  }

  /// `In no trial was a connect repeated more than once, and in none was an open connection without an answer for longer
  /// than 600 ms`: who comes and who is connected try again in different ways.
  private func retries(_ told: [ToldTrial]) -> String {
    let most = told.map(\.mostRetries).max() ?? 0
    let nouns = [(Measure.connectsBegun, "connect"), (.requestsSent, "request")].filter { measure, _ in
      told.contains { $0.count(measure) > 0 }
    }.map { $0.1 }
    let first =
      "In no trial was a \(nouns.isEmpty ? "connect" : nouns.joined(separator: " or ")) repeated"
      + (most == 0 ? "" : " more than \(most == 1 ? "once" : "\(most) times")")
    guard let silence = Measured.largest(of: told.compactMap { $0.measured(.flowOutageMax) }),
      silence.value > 0
    else { return first }
    if silence.isCensored {
      return
        "\(first), and in some an open \(told[0].flowNoun) got no answer for \(Readable.longest(silence))"
    }
    return
      "\(first), and in none was an open \(told[0].flowNoun) without an answer for longer than \(Readable.time(silence.value))"
  }

  /// `5 drains took 44 min to 1 h 24 min, none was cut at its deadline of 3 h, and the next would be the longest in one of
  /// 6 cases`, from the longest drain of each trial; `nil` if there was none, or if all took equally long.
  ///
  /// Trials are alike but for chance: each of n + 1 is the longest as often as any other.
  var drainLengths: String? {
    let drains = trials.compactMap { DrainClause(told: ToldTrial(scenario, $0)).found() }
    guard let least = drains.map(\.length).min(), let most = drains.map(\.length).max(), least < most else {
      return nil
    }
    let isOneEach = drains.allSatisfy { $0.count == 1 }
    let what =
      isOneEach
      ? Readable.count(drains.count, "drain")
      : "the longest drains of \(Readable.count(drains.count, "trial"))"
    let deadlines = Set(drains.map(\.deadline))
    let deadline =
      deadlines.count == 1 ? deadlines.first?.map { "its deadline of \(Readable.long($0))" } : nil
    let cut = drains.count { $0.drain.flowsCut > 0 }
    let end =
      "\(cut == 0 ? "none" : Readable.count(cut)) \(cut > 1 ? "were" : "was") cut at \(deadline ?? "a deadline")"
    return
      "\(what) took \(Readable.long(least)) to \(Readable.long(most)), \(end), and the next would be the longest in one "
      + "of \(Readable.count(drains.count + 1)) cases"
  }

  /// How long the longest drains of the trials took; empty if some trial has none.
  private func drains(_ told: [ToldTrial]) -> String {
    let lengths = told.compactMap { DrainClause(told: $0).longest }
    guard let least = lengths.min(), let most = lengths.max(), lengths.count == told.count else { return "" }
    let (low, high) = (Readable.long(least), Readable.long(most))
    return low == high
      ? ", and the longest drain took \(low) in all" : ", and the longest drain took \(low) to \(high)"
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
    // A sample of fewer trials has no 95 % quantile below its longest.
    if times.count < TrialSummary.fewest {
      return
        "Over the trials\(rest) the longest rebalance took \(Readable.time(least)) to \(Readable.time(most))"
    }
    return
      "Over the trials\(rest) the median of the longest rebalance is \(Readable.time(quantiles[0])), and 95 % are "
      + "below \(Readable.time(quantiles[1]))"
  }
}
