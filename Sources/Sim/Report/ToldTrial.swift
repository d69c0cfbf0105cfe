import Engine

/// The trial that an answer tells of, with the faults that were drawn for it.
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

  func measured(_ name: String) -> Measured? { result[name] }

  /// A measure that counts; 0 where there was nothing to count.
  func count(_ name: String) -> Int { Int((result[name]?.value ?? 0).rounded()) }

  func seconds(_ name: String) -> Double { result[name]?.value ?? 0 }

  /// Whether every failure of the plan is one of an application.
  var strikesApplications: Bool {
    let failures = scenario.faults.filter { !$0.kind.isPlanned }
    return !failures.isEmpty && failures.allSatisfy(\.kind.isOfApplication)
  }

  /// `connection` if all of the clients’ flows are TCP connections, else `flow`.
  var flowNoun: String {
    let isAllTCP = scenario.traffic.allSatisfy {
      scenario.rule(of: $0).transport == .tcp || $0.datagrams == nil
    }
    return isAllTCP ? "connection" : "flow"
  }

  /// Established flows that were lost: with a node that had failed or was hidden, and elsewhere.
  ///
  /// Where nobody told them apart, resets are charged to failed nodes but for those that are known not to be.
  var lost: (withNode: Int, elsewhere: Int) {
    if result["flows_lost.elsewhere"] != nil {
      return (count("flows_lost.with_failed_nodes"), count("flows_lost.elsewhere"))
    }
    let outside = count("flows_broken.outside_failed_nodes") + count("flows_reset.outside_failed_nodes")
    return (max(0, count("flows_broken") + count("flows_reset") - outside), outside)
  }

  /// Open flows that no node would have answered when the run ended.
  var flowsInDoubt: Int { result.outcome.streams.reduce(0) { $0 + $1.counts.inDoubt } }

  /// How often one connect or request was repeated at most, and how many were repeated.
  var mostRetries: Int { max(count("connects_repeated.times"), count("requests_repeated.times")) }
  var repeated: Int { count("connects_repeated") + count("requests_repeated") }

  /// Connects and requests that never came to anything: given up, refused, dead by two answers, or without an answer yet
  /// when the run ended.
  var failedAttempts: Int {
    [
      "connects_failed", "connects_waiting", "connects_refused", "connects_reset", "requests_failed",
      "requests_waiting",
    ].reduce(0) { $0 + count($1) }
  }

  /// By node: what was due to it by weight in a phase, or in all of them; as the file has it where nobody looked.
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

  /// What things of the plan are called together: what an operator orders is a change, and no fault. A return ends what was
  /// before it, and is what that is.
  static func noun(of faults: some Sequence<Fault>) -> (a: String, one: String, many: String) {
    let all = Array(faults)
    let begins = all.filter { !$0.kind.bringsItsNodesBack }
    let planned = (begins.isEmpty ? all : begins).map(\.kind.isPlanned)
    if !planned.contains(true) { return ("a fault", "fault", "faults") }
    return planned.contains(false) ? ("an event", "event", "events") : ("a change", "change", "changes")
  }

  /// What the whole plan is called.
  var nouns: (a: String, one: String, many: String) { ToldTrial.noun(of: scenario.faults) }

  /// `the first fault`, or change.
  var theFirst: String { "the first \(ToldTrial.noun(of: scenario.faults.prefix(1)).one)" }

  /// One or two nodes whose weights change, if nothing else happens: the question is about them.
  var shiftedNodes: [Int]? {
    var nodes = NodeSet.empty
    for fault in scenario.faults {
      guard case .weight(let those, _, _) = fault.kind else { return nil }
      nodes = nodes.union(those)
    }
    return (1...2).contains(nodes.count) ? nodes.map(\.index) : nil
  }

  /// Up to three nodes by name; `nil`: none, or more.
  func few(_ nodes: [Int]) -> String? {
    guard (1...3).contains(nodes.count) else { return nil }
    return words.nodes(nodes.reduce(into: NodeSet.empty) { $0.insert(NodeID($1)) })
  }
}
