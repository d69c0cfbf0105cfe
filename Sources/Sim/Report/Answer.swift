/// What a run answers its scenario's question with: one text for terminal, JSON, report and lab.
///
/// It is made of clauses, each about one thing that happened, and begins with what the question is about
/// (``Scenario/subject``). Every figure is of one trial, the worst in what the question is about; what all trials together
/// say stands behind it. A question that the run cannot answer is told so first.
struct Answer {
  private let subject: Subject
  private let told: ToldTrial

  /// - Parameter trials: every trial, the one in `result` included.
  static func sentence(_ scenario: Scenario, _ result: TrialResult, _ trials: [TrialResult]) -> String {
    let choice = choose(scenario, result, trials)
    let trials = choice.trials
    let worst = choice.worst()
    let answer = Answer(subject: choice.subject, told: ToldTrial(scenario, worst))
    var clauses = answer.clauses()
    if trials.count > 1 {
      clauses[0] =
        "in the worst of \(Readable.count(trials.count)) trials, trial \(worst.trial), \(clauses[0])"
    }
    // What was asked and what goes with it are one sentence, the rest is one each.
    var sentences = [clauses.prefix(2).joined(separator: "; ")] + clauses.dropFirst(2)
    if scenario.about != nil, let reason = answer.whyUnanswered() { sentences.insert(reason, at: 0) }
    if trials.count > 1, let spread = choice.spread() { sentences.append(spread) }
    return sentences.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }.joined(separator: " ")
  }

  /// The trial that the sentence tells of.
  static func told(_ scenario: Scenario, _ result: TrialResult, _ trials: [TrialResult]) -> ToldTrial {
    ToldTrial(scenario, choose(scenario, result, trials).worst())
  }

  private static func choose(_ scenario: Scenario, _ result: TrialResult, _ trials: [TrialResult])
    -> TrialChoice
  {
    TrialChoice(scenario: scenario, subject: scenario.subject, trials: trials.isEmpty ? [result] : trials)
  }

  private func clauses() -> [String] {
    let service = ServiceClause(told: told).text()
    let losses = LossClause(told: told).text()
    let attempts = AttemptClause(told: told).text()
    let applications = ApplicationClause(told: told).text()
    let doubles = DoubleClause(told: told).text(isAsked: subject == .double)
    let load = subject == .load || shiftsLoad ? LoadClause(told: told).text() : nil
    let order: [String?]
    switch subject {
    case .load: order = [load, losses, service, applications, attempts, doubles]
    case .outage: order = [service, applications, losses, attempts, doubles, load]
    case .connections where losses == nil: order = [attempts, service, applications, doubles, load]
    case .connections: order = [losses, service, applications, attempts, doubles, load]
    case .double: order = [doubles, losses, service, applications, attempts, load]
    }
    return order.compactMap { $0 }
  }

  /// Whether nothing happens but that weights change.
  private var shiftsLoad: Bool {
    told.scenario.faults.allSatisfy {
      if case .weight = $0.kind { true } else { false }
    }
  }

  /// A sentence if the run cannot say what the question is about.
  private func whyUnanswered() -> String? {
    let scenario = told.scenario
    switch subject {
    case .load:
      return told.count("packets_sent") == 0
        ? "Which node carries how much is not known: no client comes in this run" : nil
    case .outage:
      return scenario.faults.isEmpty
        ? "How long an outage lasts is not known: nothing fails in this run" : nil
    case .connections:
      if told.count("flows_opened") > 0 { return nil }
      return told.count("requests_sent") > 0
        ? "Whether connections are lost is not known: clients send single requests in this run"
        : "Whether connections are lost is not known: no client has one in this run"
    case .double:
      return scenario.farm.nodes.count == 1
        ? "Whether two nodes answer is not known: the farm of this run has one" : nil
    }
  }
}
