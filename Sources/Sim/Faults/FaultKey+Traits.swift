extension FaultKey {
  /// What holds for every fault of this kind.
  package var traits: FaultTraits {
    switch self {
    case .crash:
      FaultTraits(
        strikes: .machine, isPlanned: false, holds: true, ends: .start, isLasting: false, fails: .named,
        concernsEverybody: false, answer: .without, filter: .gone, heartbeats: .kept, abrupt: .beginning,
        hidesNodes: false, losesFlows: true, meetsDaemons: false)
    case .restart:
      FaultTraits(
        strikes: .daemon, isPlanned: true, holds: false, ends: .never, isLasting: false, fails: .nobody,
        concernsEverybody: false, answer: .with, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: true)
    case .stop:
      FaultTraits(
        strikes: .daemon, isPlanned: false, holds: false, ends: .start, isLasting: false, fails: .named,
        concernsEverybody: false, answer: .without, filter: .gone, heartbeats: .kept, abrupt: .beginning,
        hidesNodes: false, losesFlows: true, meetsDaemons: false)
    case .leave:
      FaultTraits(
        strikes: .daemon, isPlanned: true, holds: false, ends: .start, isLasting: false, fails: .named,
        concernsEverybody: false, answer: .without, filter: .handsOver, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: true, meetsDaemons: false)
    case .drain:
      FaultTraits(
        strikes: .daemon, isPlanned: true, holds: false, ends: .resume, isLasting: true, fails: .nobody,
        concernsEverybody: false, answer: .without, filter: .handsOver, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .resume:
      FaultTraits(
        strikes: .daemon, isPlanned: true, holds: false, ends: .never, isLasting: false, fails: .nobody,
        concernsEverybody: false, answer: .with, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .pause:
      FaultTraits(
        strikes: .machine, isPlanned: false, holds: true, ends: .back, isLasting: false, fails: .named,
        concernsEverybody: false, answer: .without, filter: .gone, heartbeats: .kept, abrupt: .both,
        hidesNodes: true, losesFlows: false, meetsDaemons: false)
    case .stall:
      FaultTraits(
        strikes: .daemon, isPlanned: false, holds: true, ends: .back, isLasting: false, fails: .named,
        concernsEverybody: false, answer: .without, filter: .leased, heartbeats: .kept, abrupt: .both,
        hidesNodes: false, losesFlows: true, meetsDaemons: false)
    case .kill:
      FaultTraits(
        strikes: .daemon, isPlanned: false, holds: true, ends: .start, isLasting: false, fails: .named,
        concernsEverybody: false, answer: .without, filter: .leased, heartbeats: .kept, abrupt: .beginning,
        hidesNodes: false, losesFlows: true, meetsDaemons: false)
    case .upgrade:
      FaultTraits(
        strikes: .daemon, isPlanned: true, holds: true, ends: .start, isLasting: false, fails: .named,
        concernsEverybody: false, answer: .any, filter: .leased, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .loss:
      FaultTraits(
        strikes: .frames, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .cutOff,
        concernsEverybody: false, answer: .any, filter: .obeys, heartbeats: .lost, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .delay:
      FaultTraits(
        strikes: .frames, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .nobody,
        concernsEverybody: true, answer: .any, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .oneWayCut, .pairCut, .bridge:
      FaultTraits(
        strikes: .frames, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .named,
        concernsEverybody: false, answer: .any, filter: .obeys, heartbeats: .relayed, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .partition:
      FaultTraits(
        strikes: .frames, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .everybody,
        concernsEverybody: true, answer: .any, filter: .obeys, heartbeats: .lost, abrupt: .both,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .networkDown:
      FaultTraits(
        strikes: .link, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .everybody,
        concernsEverybody: true, answer: .any, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .interfaceDown:
      FaultTraits(
        strikes: .link, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .cutOff,
        concernsEverybody: false, answer: .without, filter: .obeys, heartbeats: .lost, abrupt: .both,
        hidesNodes: true, losesFlows: false, meetsDaemons: false)
    case .blockHeartbeats:
      FaultTraits(
        strikes: .frames, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .named,
        concernsEverybody: false, answer: .any, filter: .obeys, heartbeats: .lost, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .commitFailure:
      FaultTraits(
        strikes: .kernel, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .named,
        concernsEverybody: false, answer: .any, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .weight:
      FaultTraits(
        strikes: .settings, isPlanned: true, holds: false, ends: .back, isLasting: false, fails: .nobody,
        concernsEverybody: false, answer: .any, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    case .reload:
      FaultTraits(
        strikes: .settings, isPlanned: true, holds: false, ends: .never, isLasting: false, fails: .nobody,
        concernsEverybody: true, answer: .any, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: true)
    case .applicationCrash:
      FaultTraits(
        strikes: .application, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .named,
        concernsEverybody: false, answer: .without, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: true, losesFlows: true, meetsDaemons: false)
    case .applicationHang:
      FaultTraits(
        strikes: .application, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .named,
        concernsEverybody: false, answer: .without, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: true, losesFlows: false, meetsDaemons: false)
    case .applicationSlow:
      FaultTraits(
        strikes: .application, isPlanned: false, holds: true, ends: .back, isLasting: true, fails: .named,
        concernsEverybody: false, answer: .without, filter: .obeys, heartbeats: .kept, abrupt: .never,
        hidesNodes: false, losesFlows: false, meetsDaemons: false)
    }
  }
}
