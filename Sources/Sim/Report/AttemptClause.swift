/// What became of connects and requests: which were never answered, which had to be tried again, and how long a client
/// was without an answer.
struct AttemptClause {
  let told: ToldTrial

  /// `nil` if no client began anything.
  func text() -> String? {
    let parts = [connects(), requests()].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    let text = parts.joined(separator: "; ")
    guard let outage = told.measured("client_outage.max"), outage.value > 0 else { return text }
    return "\(text); the longest outage of a client was \(Readable.measured(outage, .seconds))"
  }

  private func connects() -> String? {
    let failures = [
      count("connects_failed", "never answered"),
      count("connects_waiting", "not answered yet when the run ended"), count("connects_refused", "refused"),
      count("connects_reset", "ended by two answers"),
    ].compactMap { $0 }
    guard told.measured("connects_begun") != nil else { return alone(failures, "connects") }
    let begun = told.count("connects_begun")
    let repeated = told.count("connects_repeated")
    if begun == 0 { return nil }
    let all = Readable.count(begun, "connect")
    if !failures.isEmpty { return "of \(all), \(list(again(repeated) + failures))" }
    return repeated == 0
      ? "no connect had to be tried again"
      : "\(Readable.count(repeated)) of \(all) had to be tried again, not in vain"
  }

  private func requests() -> String? {
    let failures = [
      count("requests_failed", "never answered"),
      count("requests_waiting", "not answered yet when the run ended"),
    ].compactMap { $0 }
    guard told.measured("requests_sent") != nil else { return alone(failures, "requests") }
    let begun = told.count("requests_sent")
    let repeated = told.count("requests_repeated")
    if begun == 0 { return nil }
    let all = Readable.count(begun, "request")
    if !failures.isEmpty { return "of \(all), \(list(again(repeated) + failures))" }
    return repeated == 0
      ? "every one of \(all) was answered at once"
      : "every one of \(all) was answered, \(Readable.count(repeated)) of them not at once"
  }

  /// Failures of those that nobody counted.
  private func alone(_ failures: [String], _ nouns: String) -> String? {
    failures.isEmpty ? nil : "of the \(nouns), \(list(failures))"
  }

  private func again(_ repeated: Int) -> [String] {
    repeated == 0 ? [] : ["\(Readable.count(repeated)) had to be tried again"]
  }

  /// `3 were never answered`; `nil` of none.
  private func count(_ measure: String, _ words: String) -> String? {
    let count = told.count(measure)
    return count == 0 ? nil : "\(Readable.count(count)) \(count == 1 ? "was" : "were") \(words)"
  }

  private func list(_ parts: [String]) -> String {
    guard parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
  }
}
