/// What a run answers its scenario's question with: one text for terminal, JSON, report and lab.
///
/// It is made of clauses, each about one thing that happened, and begins with what the question is about
/// (``Scenario/subject``). A question of *yes* or *no* (``Scenario/yesCondition``) is answered with that word first. Every
/// figure is of one trial, the worst in what the question is about; what all trials together say stands behind it. A
/// question that the run cannot answer is told so first.
struct Answer {
  private let choice: TrialChoice
  /// The trial that it tells of.
  let told: ToldTrial

  /// - Parameter trials: every trial, the one in `result` included; without any it is of that one.
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
      let lengths = asksForDrains ? choice.drainLengths : nil
      clauses[0] = "\(lengths.map { "\($0): " } ?? "")\(choice.lead), \(clauses[0])"
    }
    // What was asked and what goes with it are one sentence if that is not too long, the rest is one each.
    let joined = clauses.first?.contains(";") == true ? 1 : 2
    var sentences = [clauses.prefix(joined).joined(separator: "; ")] + clauses.dropFirst(joined)
    if told.scenario.about != nil, let reason = whyUnanswered() {
      sentences.insert(reason, at: 0)
    } else if let condition = told.scenario.yesCondition {
      sentences[0] = condition.opening(trials) + sentences[0]
    }
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
    // Shifting load costs connections, or does not.
    case .load where isShift: order = [losses, load, service, applications, attempts, doubles]
    case .load: order = [load, losses, service, applications, attempts, doubles]
    // Where an application fails its kernel goes on to own buckets, and what clients miss is the application.
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
    // How long a drain waits is what it costs those who lose nothing by it.
    case .connections where asksForDrains:
      order = [drains, losses, load, service, applications, attempts, doubles]
    case .connections: order = [blackout, losses, drains, load, service, applications, attempts, doubles]
    case .clients: order = [losses, service, applications, attempts, doubles, load]
    case .double: order = [split, doubles, losses, service, applications, attempts, load]
    }
    // Whether a resumed node serves is what a resume is asked about, and of a reload whether it came into force.
    let first = [nodes.staged(), nodes.unmatched(), nodes.resumed(), removals.asked()]
    let rest = [
      lost.waiting(), subject == .owners ? nil : moves,
      subject == .connections && losses != nil ? nil : drains,
      nodes.draining(), subject == .owners && owners != nil ? nil : nodes.heldDown(),
      subject == .double || subject == .owners && owners != nil ? nil : split,
      subject == .owners && owners == nil ? nil : relays, removals.unasked(),
    ]
    var clauses = (first + order + rest).compactMap { $0 }
    // When everybody is served again has an answer also where that is after the run.
    if subject == .outage, told.scenario.yesCondition == nil, served.isOpen, clauses.first == service {
      clauses[0] = "not within the run: \(service)"
    }
    return clauses
  }

  /// Whether all that happens is done by an operator, drains among it, and what is asked is no question of yes or no: then
  /// how long a drain took that cost nobody a connection is the answer.
  private var asksForDrains: Bool {
    subject == .connections && told.scenario.yesCondition == nil
      && told.scenario.faults.allSatisfy(\.kind.isPlanned)
      && choice.trials.allSatisfy { trial in
        let told = ToldTrial(choice.scenario, trial)
        return told.lost == (0, 0) && DrainClause(told: told).longest != nil
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
    case .clients:
      return told.count("connects_begun") + told.count("requests_sent") == 0
        ? "Whose clients notice something is not known: no client comes in this run" : nil
    case .owners:
      return scenario.faults.isEmpty
        ? "Whether buckets move is not known: nothing happens in this run" : nil
    case .retries:
      return told.count("connects_begun") + told.count("requests_sent") == 0
        ? "Whether clients try again is not known: no client comes in this run" : nil
    case .double:
      return scenario.nodes.count == 1
        ? "Whether two nodes answer is not known: the farm of this run has one" : nil
    }
  }
}
