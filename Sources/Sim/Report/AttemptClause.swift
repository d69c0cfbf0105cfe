import FarmFile

/// What became of connects and requests: which were never answered, which were not answered at once and why, and how long a
/// client was without an answer.
struct AttemptClause {
  let told: ToldTrial
  /// Whether it tells how often those were repeated that were not answered at once.
  var tellsRetries = false

  /// More causes of what was not answered at once are not told one by one.
  private static let mostCauses = 3

  /// `nil` if no client began anything.
  func text() -> String? {
    let parts = [connects(), requests()].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    let text = parts.joined(separator: "; ")
    return [text, outages()].compactMap { $0 }.joined(separator: "; ")
  }

  /// How long a client was without an answer at most: one that came, and one whose flow was open if that was longer.
  private func outages() -> String? {
    let come = told.measured("client_outage.max") ?? Measured(0)
    let open = told.measured("flow_outage.max") ?? Measured(0)
    let time = Readable.measured(come, .seconds)
    guard open.value > come.value else {
      return come.value > 0 ? "the longest outage of a client was \(time)" : nil
    }
    let rest = "got no answer for up to \(Readable.time(open.value))\(open.isCensored ? ", or longer" : "")"
    let those = "open \(told.flowNoun)s"
    if come.value == 0 { return "\(those) \(rest)" }
    // What an application does to open connections is among what clients felt.
    let who = told.seconds("application_outage.max") > 0 ? "a client" : "a client that came anew"
    return "the longest outage of \(who) was \(time), and \(those) \(rest)"
  }

  private func connects() -> String? {
    attempts(
      "connects", "connect", begun: "connects_begun", repeated: "connects_repeated",
      unanswered: ["connects_failed", "connects_waiting"],
      failures: [
        count("connects_failed", "never answered"),
        count("connects_waiting", "not answered yet when the run ended"),
        count("connects_refused", "refused"),
        count("connects_reset", "ended by two answers"),
      ])
  }

  private func requests() -> String? {
    attempts(
      requestNoun.many, requestNoun.one, begun: "requests_sent", repeated: "requests_repeated",
      unanswered: ["requests_failed", "requests_waiting"],
      failures: [
        count("requests_failed", "never answered"),
        count("requests_waiting", "not answered yet when the run ended"),
      ])
  }

  /// What a client that sends datagrams waits for an answer to.
  private var requestNoun: (one: String, many: String) {
    let udp = told.scenario.traffic.filter { told.scenario.rule(of: $0).transport == .udp }
    if udp.isEmpty || udp.allSatisfy({ $0.datagrams == nil }) { return ("request", "requests") }
    return udp.allSatisfy { $0.datagrams != nil }
      ? ("first datagram", "first datagrams of flows")
      : ("request or first datagram", "requests and first datagrams of flows")
  }

  /// - Parameter unanswered: the measures of those that had no answer at all.
  private func attempts(
    _ many: String, _ one: String, begun: String, repeated: String, unanswered: [String], failures: [String?]
  ) -> String? {
    let failures = failures.compactMap { $0 }
    guard told.measured(begun) != nil else { return alone(failures, many) }
    let (begun, repeatedMeasure, repeated) = (told.count(begun), repeated, told.count(repeated))
    if begun == 0 { return nil }
    let all = "\(Readable.count(begun)) \(begun == 1 ? one : many)"
    if !failures.isEmpty {
      // An attempt that is never answered was not answered at once either. In a run that ends early the two may be the
      // same.
      let unanswered = unanswered.reduce(0) { $0 + told.count($1) }
      let again = unanswered == repeated ? [] : again(repeated)
      return "of \(all), \(PlainText.list(again + failures))"
    }
    // The kernel of a node whose application hangs answers a connect all the same.
    let verb = one == "connect" && told.seconds("application_outage.max") > 0 ? "accepted" : "answered"
    if repeated == 0 { return "every one of \(all) was \(verb) at once" }
    let late = late(repeatedMeasure)
    return
      "every one of \(all) was \(verb), \(Readable.count(repeated)) of them \(late)\(causes(of: repeated))"
  }

  private func late(_ measure: String) -> String {
    guard tellsRetries, let most = told.measured("\(measure).times"), most.value > 0 else {
      return "not at once"
    }
    return most.value == 1 ? "after one retry" : "after up to \(Readable.count(Int(most.value))) retries"
  }

  /// `: 47 after node2 lost power and 574 that were lost on the way`, where chance lost some and the causes are few.
  private func causes(of repeated: Int) -> String {
    let outcome = told.result.outcome
    let all = [outcome.beforeFaults] + outcome.faults.map(\.losses)
    let chance = all.reduce(0) { $0 + $1.repeatedByLoss }
    // What is charged is not told apart by connects and requests.
    guard chance > 0, all.reduce(0, { $0 + $1.repeated }) == repeated else { return "" }
    let charged = outcome.faults.filter { $0.losses.repeated > $0.losses.repeatedByLoss }
    let early = outcome.beforeFaults.repeated - outcome.beforeFaults.repeatedByLoss
    guard charged.count + (early > 0 ? 1 : 0) <= AttemptClause.mostCauses else { return "" }
    var parts = charged.map {
      let count = $0.losses.repeated - $0.losses.repeatedByLoss
      return "\(Readable.count(count)) after \(told.words.happened($0.fault, isEnd: $0.isEnd))"
    }
    if early > 0 { parts.insert("\(Readable.count(early)) before \(told.theFirst)", at: 0) }
    let were = chance == 1 ? "was" : "were"
    parts.append("\(Readable.count(chance)) that \(were) lost on the way\(during(chance))")
    return ": " + PlainText.list(parts)
  }

  /// Where nearly all that chance lost came after one fault of the network, that.
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

  /// Failures of those that nobody counted.
  private func alone(_ failures: [String], _ nouns: String) -> String? {
    failures.isEmpty ? nil : "of the \(nouns), \(PlainText.list(failures))"
  }

  private func again(_ repeated: Int) -> [String] {
    repeated == 0
      ? [] : ["\(Readable.count(repeated)) \(repeated == 1 ? "was" : "were") not answered at once"]
  }

  /// `3 were never answered`; `nil` of none.
  private func count(_ measure: String, _ words: String) -> String? {
    let count = told.count(measure)
    return count == 0 ? nil : "\(Readable.count(count)) \(count == 1 ? "was" : "were") \(words)"
  }
}
