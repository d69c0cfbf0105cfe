/// How far a host has converged. It counts the host's own heartbeats; what the others say is put in as agreement.
struct NLBConvergence: Sendable {
  private(set) var stage = NLBStage.converging
  /// Why it began, or what keeps it from ending.
  private(set) var cause = NLBCause.newMember
  private var phases: NLBPhases
  /// Heartbeats in this stage at which all hosts agreed.
  private var agreed = 0

  /// Begins as a host that starts.
  init(_ assumed: NLBAssumptions) { phases = assumed.joinPhases }

  /// Begins anew. One that begins while a host starts stays as long as that takes, unless a member is lost: it may be
  /// the one that started.
  mutating func restart(_ cause: NLBCause, isJoin: Bool, _ assumed: NLBAssumptions) {
    if isJoin {
      phases = assumed.joinPhases
    } else if stage == .converged || cause == .memberLost {
      phases = assumed.phases
    }
    self.cause = cause
    stage = .converging
    agreed = 0
  }

  /// Notes what keeps it from ending.
  mutating func note(obstacle: NLBCause) { cause = obstacle }

  /// One own heartbeat later.
  /// - Parameter isAgreed: whether every member is as far as this host, and nothing is in the way.
  /// - Returns: the stages that were entered, ``NLBStage/converged`` at most.
  mutating func pass(isAgreed: Bool) -> [NLBStage] {
    if isAgreed { agreed += 1 }
    var entered: [NLBStage] = []
    while agreed >= phases.heartbeats(in: stage), let next = NLBStage(rawValue: stage.rawValue + 1) {
      stage = next
      agreed = 0
      entered.append(next)
    }
    return entered
  }
}
