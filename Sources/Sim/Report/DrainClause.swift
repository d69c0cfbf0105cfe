import Engine

/// How long the drains took that ended within the run.
struct DrainClause {
  let told: ToldTrial

  /// The longest drain that ended within the run, and how many did; `nil` if none did.
  func found() -> (drain: DrainedNode, length: Duration, deadline: Duration?, count: Int)? {
    var longest: (drain: DrainedNode, length: Duration, deadline: Duration?)?
    var count = 0
    for drain in told.result.outcome.drained {
      guard let order = DrainedNode.order(of: drain.node, by: drain.at, in: told.scenario.faults) else {
        continue
      }
      count += 1
      let length = drain.at - (Instant.zero + order.at)
      if longest.map({ length > $0.length }) ?? true { longest = (drain, length, order.deadline) }
    }
    return longest.map { ($0.drain, $0.length, $0.deadline, count) }
  }

  /// How long the longest took; `nil` if none ended.
  var longest: Duration? { found()?.length }

  /// Tells of the longest; `nil` if none ended.
  func text() -> String? {
    guard let longest = found() else { return nil }
    let count = longest.count
    let which = count == 1 ? "the drain" : "the longest of \(Readable.count(count)) drains, that"
    let words =
      "\(which) of \(told.words.name(longest.drain.node))\(count == 1 ? "" : ",") took \(Readable.long(longest.length))"
    if longest.drain.flowsCut > 0 { return "\(words), until its deadline" }
    return hasConnections ? "\(words), until the last connection had ended" : words
  }

  /// Whether a drain waits for anything: kernels track TCP connections only.
  private var hasConnections: Bool {
    told.scenario.traffic.contains { told.scenario.rule(of: $0).transport == .tcp }
  }
}
