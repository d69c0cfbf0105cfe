/// How long nodes accepted clients that their applications did not serve.
struct ApplicationClause {
  let told: ToldTrial

  func text() -> String? {
    guard let longest = told.measured(.applicationOutageMax), longest.value > 0 else { return nil }
    let node = told.result.outcome.leavingAlone.map { told.words.name($0) } ?? "a node"
    return "\(node) accepted clients whom its application did not serve for \(Readable.longest(longest))"
  }
}
