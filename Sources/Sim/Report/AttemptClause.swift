import FarmFile

/// What became of connects and requests: how many were never answered, how many were not answered at once and why, and
/// how long a client was without an answer.
///
/// `attempts` says this once for connects and once for requests. Causes come from what the outcome charges to each
/// fault. They are left out if those charges do not add up to the count.
struct AttemptClause {
  let told: ToldTrial
  /// Whether it tells how often an attempt was repeated that was not answered at once.
  var tellsRetries = false
  /// Whether the question is how many failed. The clause then begins with that.
  var isAsked = false

  /// More causes than this are not named one by one.
  private static let mostCauses = 3

  /// `nil` if no client began anything.
  func text() -> String? {
    let parts = [connects(), requests()].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    let text = parts.joined(separator: "; ")
    return [text, outages()].compactMap { $0 }.joined(separator: "; ")
  }

  /// The longest time that a client was without an answer: one that came, and one with an open flow if that was longer,
  /// or if it is asked who had to try again.
  private func outages() -> String? {
    let come = told.measured(.clientOutageMax) ?? Measured(0)
    let open = told.measured(.flowOutageMax) ?? Measured(0)
    let time = Readable.measured(come, .seconds)
    guard open.value > (tellsRetries ? 0 : come.value) else {
      return come.value > 0 ? "the longest outage of a client was \(time)" : nil
    }
    let rest = "got no answer for \(Readable.longest(open))"
    let those = "open \(told.flowNoun)s"
    if come.value == 0 { return "\(those) \(rest)" }
    // What clients felt includes what an application does to open connections.
    let who = told.seconds(.applicationOutageMax) > 0 ? "a client" : "a client that came anew"
    return "the longest outage of \(who) was \(time), and \(those) \(rest)"
  }

  private func connects() -> String? {
    attempts(
      "connects", "connect", begun: .connectsBegun, repeated: .connectsRepeated,
      times: .connectsRepeatedTimes,
      failed: .connectsFailed, waiting: .connectsWaiting,
      others: [count(.connectsRefused, "refused"), count(.connectsReset, "ended by two answers")])
  }

  private func requests() -> String? {
    attempts(
      requestNoun.many, requestNoun.one, begun: .requestsSent, repeated: .requestsRepeated,
      times: .requestsRepeatedTimes,
      failed: .requestsFailed, waiting: .requestsWaiting, others: [])
  }

  /// The name of what a client of UDP waits for an answer to.
  private var requestNoun: (one: String, many: String) {
    let udp = told.scenario.traffic.filter { told.scenario.rule(of: $0).transport == .udp }
    if udp.isEmpty || udp.allSatisfy({ $0.datagrams == nil }) { return ("request", "requests") }
    return udp.allSatisfy { $0.datagrams != nil }
      ? ("first datagram", "first datagrams of flows")
      : ("request or first datagram", "requests and first datagrams of flows")
  }

  /// - Parameters:
  ///   - times: the measure of the most retries of one attempt.
  ///   - failed: the measure of the attempts that were given up; `waiting`, of those without an answer when the run
  ///     ended.
  ///   - others: what else came to nothing, in words.
  private func attempts(
    _ many: String, _ one: String, begun: Measure, repeated: Measure, times: Measure, failed: Measure,
    waiting: Measure,
    others: [String?]
  ) -> String? {
    let others = others.compactMap { $0 }
    let unanswered = told.count(failed) + told.count(waiting)
    guard told.measured(begun) != nil else {
      let failures = silent(failed, waiting, isAlone: others.isEmpty) + others
      return failures.isEmpty ? nil : "of the \(many), \(PlainText.list(failures))"
    }
    let (begun, repeated) = (told.count(begun), told.count(repeated))
    if begun == 0 { return nil }
    let all = "\(Readable.count(begun)) \(begun == 1 ? one : many)"
    let causes = causes(of: repeated)
    let alone = one == "connect" ? leftAlone : nil
    if unanswered > 0 || !others.isEmpty {
      // An attempt that is never answered was not answered at once either. In a run that ends early the two may be the
      // same.
      let again = repeated == 0 || unanswered == repeated ? [] : [again(repeated, causes)]
      let failures =
        silent(failed, waiting, isAlone: again.isEmpty && others.isEmpty && alone == nil) + others
        + [alone.map { "\($0.count) were accepted \($0.words)" }].compactMap { $0 }
      return "of \(all), \(PlainText.list(isAsked ? failures + again : again + failures))"
    }
    let rest = causes.map { ": \($0)" } ?? ""
    let those = alone.map { ", \($0.count) of them \($0.words)" } ?? ""
    // The kernel of a node whose application hangs answers a connect all the same.
    let verb = one == "connect" && told.seconds(.applicationOutageMax) > 0 ? "accepted" : "answered"
    if isAsked, begun > 1 {
      return repeated == 0
        ? "none of \(all) failed, and all were \(verb) at once\(those)"
        : "none of \(all) failed\(those), and \(again(repeated, nil))\(rest)"
    }
    if repeated == 0 { return "every one of \(all) was \(verb) at once\(those)" }
    let late = late(times)
    return
      "every one of \(all) was \(verb)\(those), \(those.isEmpty ? "" : "and ")\(Readable.count(repeated)) of them \(late)\(rest)"
  }

  /// How many connects a node accepted whose application hung; `nil` of none.
  private var leftAlone: (count: String, words: String)? {
    let count = told.result.outcome.streams.reduce(0) { $0 + $1.counts.connectsLeftAlone }
    return count == 0
      ? nil
      : (Readable.count(count), "by a node whose application did not serve \(count == 1 ? "it" : "them")")
  }

  /// Those that had no answer: `3 were never answered`, or `5 got no answer: 3 gave up and 2 still waited ...`.
  /// - Parameter isAlone: whether nothing else is told beside it.
  private func silent(_ failed: Measure, _ waiting: Measure, isAlone: Bool) -> [String] {
    let (gaveUp, waited) = (told.count(failed), told.count(waiting))
    guard gaveUp > 0, waited > 0 else {
      return [count(failed, "never answered"), count(waiting, "not answered yet when the run ended")]
        .compactMap { $0 }
    }
    let sum = "\(Readable.count(gaveUp + waited)) got no answer"
    let parts =
      "\(Readable.count(gaveUp)) gave up and \(Readable.count(waited)) still waited when the run ended"
    return [isAlone ? "\(sum): \(parts)" : "\(sum) (\(parts))"]
  }

  private func late(_ times: Measure) -> String {
    guard tellsRetries, let most = told.measured(times), most.value > 0 else {
      return "not at once"
    }
    return most.value == 1 ? "after one retry" : "after up to \(Readable.count(Int(most.value))) retries"
  }

  /// `47 after node2 lost power and 574 that were lost on the way`; `nil` if all came after one fault, if they came
  /// after many, or if the causes are not known.
  private func causes(of repeated: Int) -> String? {
    let outcome = told.result.outcome
    let all = [outcome.beforeFaults] + outcome.faults.map(\.losses)
    let chance = all.reduce(0) { $0 + $1.repeatedByLoss }
    // The outcome charges connects and requests together.
    guard repeated > 0, all.reduce(0, { $0 + $1.repeated }) == repeated else { return nil }
    var found: [(what: String, count: Int)] = []
    for charged in outcome.faults {
      let count = charged.losses.repeated - charged.losses.repeatedByLoss
      if count <= 0 { continue }
      let what = "after \(told.words.happened(charged.fault, isEnd: charged.isEnd))"
      if let same = found.firstIndex(where: { $0.what == what }) {
        found[same].count += count
      } else {
        found.append((what, count))
      }
    }
    // Many causes have a table. Here they are one cause, beside what chance lost.
    if found.count > AttemptClause.mostCauses {
      if chance == 0 { return nil }
      found = [(what: "after \(told.nouns.many) or their ends", count: found.reduce(0) { $0 + $1.count })]
    }
    let early = outcome.beforeFaults.repeated - outcome.beforeFaults.repeatedByLoss
    if early > 0 { found.insert((what: "before \(told.theFirst)", count: early), at: 0) }
    if chance == 0, found.count < 2 { return nil }
    var parts = found.map { "\(Readable.count($0.count)) \($0.what)" }
    if chance > 0 {
      parts.append(
        "\(Readable.count(chance)) that \(chance == 1 ? "was" : "were") lost on the way\(during(chance))")
    }
    return PlainText.list(parts)
  }

  /// ` after …` or `, 12 of them after …`: the fault of loss that cost the most repeats; empty if there is none.
  private func during(_ chance: Int) -> String {
    let worst = told.result.outcome.faults.filter { outcome in
      if outcome.isEnd { return false }
      if case .loss = told.scenario.faults[outcome.fault].kind { return true }
      return false
    }.max { $0.losses.repeatedByLoss < $1.losses.repeatedByLoss }
    guard let worst, worst.losses.repeatedByLoss > 0 else { return "" }
    let happened = told.words.happened(worst.fault, isEnd: false)
    return worst.losses.repeatedByLoss == chance
      ? " after \(happened)"
      : ", \(Readable.count(worst.losses.repeatedByLoss)) of them after \(happened)"
  }

  /// `448 were not answered at once (255 after node2 lost power and 193 that were lost on the way)`
  private func again(_ repeated: Int, _ causes: String?) -> String {
    "\(Readable.count(repeated)) \(repeated == 1 ? "was" : "were") not answered at once"
      + (causes.map { " (\($0))" } ?? "")
  }

  /// `3 were never answered`; `nil` of none.
  private func count(_ measure: Measure, _ words: String) -> String? {
    let count = told.count(measure)
    return count == 0 ? nil : "\(Readable.count(count)) \(count == 1 ? "was" : "were") \(words)"
  }
}
