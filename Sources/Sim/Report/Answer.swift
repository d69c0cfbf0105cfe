/// The answer of a run to its scenario's question: one text for terminal, JSON, report and lab.
///
/// It is made of clauses, each about one thing that happened. The clause about the question's subject
/// (``Scenario/subject``) comes first. A question of *yes* or *no* (``Scenario/yesCondition``) is answered with that
/// word first. Every figure is of one trial, the worst in the question's subject; a sentence about all trials together
/// follows. If the run cannot answer the question, a sentence that says so comes first.
struct Answer {
  private let choice: TrialChoice
  /// The trial that it tells of.
  let told: ToldTrial

  /// - Parameter trials: every trial, including the one in `result`; if it is empty, the answer is about `result`
  ///   alone.
  init(_ scenario: Scenario, _ result: TrialResult, _ trials: [TrialResult]) {
    choice = TrialChoice(
      scenario: scenario, subject: scenario.subject, trials: trials.isEmpty ? [result] : trials)
    told = ToldTrial(scenario, choice.worst())
  }

  private var subject: Subject { choice.subject }

  var text: String {
    let trials = choice.trials
    var clauses = clauses()
    if trials.count > 1 {
      clauses[0] = "\(choice.lead), \(clauses[0])"
    }
    // The first two clauses are one sentence, unless the first is long already. Each other clause is a sentence of its
    // own.
    let joined = clauses.first?.contains(";") == true ? 1 : 2
    var sentences = [clauses.prefix(joined).joined(separator: "; ")] + clauses.dropFirst(joined)
    if told.scenario.about != nil, let reason = whyUnanswered() {
      sentences.insert(reason, at: 0)
    } else if let condition = told.scenario.yesCondition {
      sentences[0] = condition.opening(trials) + sentences[0]
    }
    if trials.count > 1, asksForDrains, let lengths = choice.drainLengths { sentences.insert(lengths, at: 0) }
    if trials.count > 1 { sentences += [choice.worseElsewhere(), choice.spread()].compactMap { $0 } }
    return sentences.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }.joined(separator: " ")
  }

  private func clauses() -> [String] {
    let nodes = NodeClause(told: told)
    let blackout = subject == .connections ? BlackoutClause(told: told).text() : nil
    let served = ServiceClause(told: told, tellsBlackout: blackout == nil)
    let service = served.text()
    let lost = LossClause(told: told)
    let losses = lost.text()
    let attempts = AttemptClause(
      told: told, tellsRetries: subject == .retries, isAsked: subject == .connections && losses == nil
    ).text()
    let owners = subject == .owners ? OwnersClause(told: told).text() : nil
    let moves = MoveClause(told: told).text()
    let drains = DrainClause(told: told).text()
    let applications = ApplicationClause(told: told).text()
    let doubles = DoubleClause(told: told).text(isAsked: subject == .double)
    let isShift = told.shiftedNodes != nil
    let isQuiet = told.scenario.faults.isEmpty
    let load = subject == .load || isShift || isQuiet ? LoadClause(told: told).text() : nil
    let removals = RemovalClause(told: told)
    let (relays, split) = (RelayClause(told: told).text(), SplitClause(told: told).text())
    let order: [String?]
    switch subject {
    // A change of the load costs connections or costs none: that comes first.
    case .load where isShift: order = [losses, load, service, applications, attempts, doubles]
    case .load: order = [load, losses, service, applications, attempts, doubles]
    // When an application fails, its kernel still owns buckets: clients miss the application.
    case .outage where told.strikesApplications:
      order = [applications, service, losses, attempts, doubles, load]
    case .owners where owners == nil:
      order = [service, relays, losses, moves, applications, attempts, doubles, load]
    case .owners:
      order = [
        owners, nodes.heldDown(), split, losses, moves, service, applications, attempts, doubles, load,
      ]
    case .retries: order = [attempts, losses, service, applications, doubles, load]
    case .outage: order = [service, applications, losses, attempts, doubles, load]
    case .connections where losses == nil:
      order = [blackout, attempts, load, service, applications, doubles]
    // If nobody loses anything by a drain, its cost is the time that it takes.
    case .connections where asksForDrains:
      order = [drains, losses, load, service, applications, attempts, doubles]
    case .connections: order = [blackout, losses, drains, load, service, applications, attempts, doubles]
    case .clients: order = [losses, service, applications, attempts, doubles, load]
    case .double: order = [split, doubles, losses, service, applications, attempts, load]
    }
    // A question about a resume asks whether the node serves again; one about a reload, whether it came into force.
    let first = [nodes.staged(), nodes.unmatched(), nodes.resumed(), removals.asked()]
    let rest = [
      lost.waiting(), subject == .owners ? nil : moves,
      subject == .connections && losses != nil ? nil : drains,
      nodes.draining(), subject == .owners && owners != nil ? nil : nodes.heldDown(),
      subject == .double || subject == .owners && owners != nil ? nil : split,
      subject == .owners && owners == nil ? nil : relays, removals.unasked(),
    ]
    var clauses = (first + order + rest).compactMap { $0 }
    // A question about how long an outage lasts has an answer even if the outage outlasts the run.
    if subject == .outage, told.scenario.yesCondition == nil, served.isOpen, clauses.first == service {
      clauses[0] = "not within the run: \(service)"
    }
    return clauses
  }

  /// Whether the answer is how long drains took: only an operator acts, some node drains, no connection is lost, and
  /// the question is not one of yes or no.
  var asksForDrains: Bool {
    subject == .connections && told.scenario.yesCondition == nil
      && told.scenario.faults.allSatisfy(\.kind.traits.isPlanned)
      && choice.trials.allSatisfy { trial in
        let told = ToldTrial(choice.scenario, trial)
        return told.lost == (0, 0) && DrainClause(told: told).longest != nil
      }
  }

  /// A sentence that says why the run cannot answer the question; `nil` if it can.
  private func whyUnanswered() -> String? {
    let scenario = told.scenario
    switch subject {
    case .load:
      return told.count(.packetsSent) == 0
        ? "Which node carries how much is not known: no client comes in this run" : nil
    case .outage:
      return scenario.faults.isEmpty
        ? "How long an outage lasts is not known: nothing fails in this run" : nil
    case .connections:
      if told.count(.flowsOpened) > 0 { return nil }
      return told.count(.requestsSent) > 0
        ? "Whether connections are lost is not known: clients send single requests in this run"
        : "Whether connections are lost is not known: no client has one in this run"
    case .clients:
      return told.count(.connectsBegun) + told.count(.requestsSent) == 0
        ? "Whose clients notice something is not known: no client comes in this run" : nil
    case .owners:
      return scenario.faults.isEmpty
        ? "Whether buckets move is not known: nothing happens in this run" : nil
    case .retries:
      return told.count(.connectsBegun) + told.count(.requestsSent) == 0
        ? "Whether clients try again is not known: no client comes in this run" : nil
    case .double:
      return scenario.nodes.count == 1
        ? "Whether two nodes answer is not known: the farm of this run has one" : nil
    }
  }
}
