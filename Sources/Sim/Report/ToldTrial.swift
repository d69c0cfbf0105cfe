import Engine

/// The trial that an answer tells of, with the faults that were drawn for it.
///
/// The clauses of an answer share it. It looks measures up by name, and has the words that depend on the whole
/// scenario: "connection" or "flow", "fault", "change" or "event".
struct ToldTrial {
  let scenario: Scenario
  let result: TrialResult
  let words: FaultText

  /// - Parameter written: the scenario as it was read.
  init(_ written: Scenario, _ result: TrialResult) {
    scenario = written.drawn(as: result)
    self.result = result
    words = FaultText(scenario, result.outcome)
  }

  func measured(_ measure: Measure) -> Measured? { result[measure] }

  /// A measure that counts; 0 if there was nothing to count.
  func count(_ measure: Measure) -> Int { Int((result[measure]?.value ?? 0).rounded()) }

  func seconds(_ measure: Measure) -> Double { result[measure]?.value ?? 0 }

  /// Whether every failure of the plan is one of an application.
  var strikesApplications: Bool {
    let failures = scenario.faults.filter { !$0.kind.traits.isPlanned }
    return !failures.isEmpty && failures.allSatisfy(\.kind.isOfApplication)
  }

  /// `connection` if all flows of clients are TCP connections, otherwise `flow`.
  var flowNoun: String {
    let isAllTCP = scenario.traffic.allSatisfy {
      scenario.rule(of: $0).transport == .tcp || $0.datagrams == nil
    }
    return isAllTCP ? "connection" : "flow"
  }

  /// Established flows that were lost: with a node that had failed or was hidden, and otherwise.
  ///
  /// Results that do not tell the two apart charge all losses to failed nodes, except those that are known to be
  /// outside.
  var lost: (withNode: Int, elsewhere: Int) {
    if result[.flowsLostElsewhere] != nil {
      return (count(.flowsLostWithFailedNodes), count(.flowsLostElsewhere))
    }
    let outside = count(.flowsBrokenOutsideFailedNodes) + count(.flowsResetOutsideFailedNodes)
    return (max(0, count(.flowsBroken) + count(.flowsReset) - outside), outside)
  }

  /// Open flows that no node would have answered when the run ended.
  var flowsInDoubt: Int { result.outcome.streams.reduce(0) { $0 + $1.counts.inDoubt } }

  /// The most repeats of one connect or request, and how many were repeated.
  var mostRetries: Int { max(count(.connectsRepeatedTimes), count(.requestsRepeatedTimes)) }
  var repeated: Int { count(.connectsRepeated) + count(.requestsRepeated) }

  /// Connects and requests that came to nothing: given up, refused, ended by two answers, or still without an answer
  /// when the run ended.
  var failedAttempts: Int {
    let measures: [Measure] = [
      .connectsFailed, .connectsWaiting, .connectsRefused, .connectsReset, .requestsFailed,
      .requestsWaiting,
    ]
    return measures.reduce(0) { $0 + count($1) }
  }

  /// By node: what was due to it by weight in a phase, or in all phases for `nil`. Without samples of ownership it is
  /// what the farm file says.
  func due(_ phase: SkewRow.Phase?, by kind: SkewRow.Load) -> [Double] {
    let outcome = result.outcome
    guard outcome.owned.isEmpty else {
      return phase.map { outcome.due($0, by: kind) } ?? outcome.due(by: kind)
    }
    let settings = scenario.farm.settings
    return Shares.due(
      Shares(settings).fractions, loads: settings.ownershipGroups.map { Double($0.bucketCount) })
  }

  /// Whether the buckets of some group are all due to one node.
  var havePriority: Bool {
    scenario.configurations.contains { $0.ownershipGroups.contains { $0.policy == .priority } }
  }

  /// The common name of some faults of the plan: an order of an operator is a change and not a fault. A return ends
  /// something that came before it, and is named after that.
  static func noun(of faults: some Sequence<Fault>) -> (a: String, one: String, many: String) {
    let all = Array(faults)
    let begins = all.filter { !$0.kind.bringsItsNodesBack }
    let planned = (begins.isEmpty ? all : begins).map(\.kind.traits.isPlanned)
    if !planned.contains(true) { return ("a fault", "fault", "faults") }
    return planned.contains(false) ? ("an event", "event", "events") : ("a change", "change", "changes")
  }

  /// The name for the whole plan.
  var nouns: (a: String, one: String, many: String) { ToldTrial.noun(of: scenario.faults) }

  /// `the first fault`, or `the first change`.
  var theFirst: String { "the first \(ToldTrial.noun(of: scenario.faults.prefix(1)).one)" }

  /// The one or two nodes whose weights change, if nothing else happens: the question is then about them.
  var shiftedNodes: [Int]? {
    var nodes = NodeSet.empty
    for fault in scenario.faults {
      guard case .weight(let those, _, _) = fault.kind else { return nil }
      nodes = nodes.union(those)
    }
    return (1...2).contains(nodes.count) ? nodes.map(\.index) : nil
  }

  /// Up to three nodes by name; `nil` for none, or for more.
  func few(_ nodes: [Int]) -> String? {
    guard (1...3).contains(nodes.count) else { return nil }
    return words.nodes(nodes.reduce(into: NodeSet.empty) { $0.insert(NodeID($1)) })
  }
}
