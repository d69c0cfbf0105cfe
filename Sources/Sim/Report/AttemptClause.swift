import FarmFile

/// What became of connects and requests: which were never answered, which were not answered at once, and how long a client
/// was without an answer.
struct AttemptClause {
  let told: ToldTrial
  /// Whether it tells how often those were repeated that were not answered at once.
  var tellsRetries = false

  /// `nil` if no client began anything.
  func text() -> String? {
    let parts = [connects(), requests()].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    let text = parts.joined(separator: "; ")
    guard let outage = told.measured("client_outage.max"), outage.value > 0 else { return text }
    return "\(text); the longest outage of a client was \(Readable.measured(outage, .seconds))"
  }

  private func connects() -> String? {
    attempts(
      "connect", begun: "connects_begun", repeated: "connects_repeated",
      failures: [
        count("connects_failed", "never answered"),
        count("connects_waiting", "not answered yet when the run ended"),
        count("connects_refused", "refused"),
        count("connects_reset", "ended by two answers"),
      ])
  }

  private func requests() -> String? {
    attempts(
      "request", begun: "requests_sent", repeated: "requests_repeated",
      failures: [
        count("requests_failed", "never answered"),
        count("requests_waiting", "not answered yet when the run ended"),
      ])
  }

  private func attempts(_ noun: String, begun: String, repeated: String, failures: [String?]) -> String? {
    let failures = failures.compactMap { $0 }
    guard told.measured(begun) != nil else { return alone(failures, noun + "s") }
    let (begun, repeatedMeasure, repeated) = (told.count(begun), repeated, told.count(repeated))
    if begun == 0 { return nil }
    let all = Readable.count(begun, noun)
    if !failures.isEmpty { return "of \(all), \(PlainText.list(again(repeated) + failures))" }
    // The kernel of a node whose application hangs answers a connect all the same.
    let verb = noun == "connect" && told.seconds("application_outage.max") > 0 ? "accepted" : "answered"
    return repeated == 0
      ? "every one of \(all) was \(verb) at once"
      : "every one of \(all) was \(verb), \(Readable.count(repeated)) of them \(late(repeatedMeasure))"
  }

  private func late(_ measure: String) -> String {
    guard tellsRetries, let most = told.measured("\(measure).times"), most.value > 0 else {
      return "not at once"
    }
    return most.value == 1 ? "after one retry" : "after up to \(Readable.count(Int(most.value))) retries"
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
