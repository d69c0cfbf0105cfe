/// A kind of fault by its key in scenario files. ``FaultKind`` adds what it strikes and how.
package enum FaultKey: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  case crash, restart, stop, leave, drain, resume, pause, stall, kill, upgrade, loss, delay
  case oneWayCut = "one_way_cut"
  case pairCut = "pair_cut"
  case partition, bridge
  case networkDown = "network_down"
  case interfaceDown = "interface_down"
  case blockHeartbeats = "block_heartbeats"
  case commitFailure = "commit_failure"
  case weight, reload
  case applicationCrash = "application_crash"
  case applicationHang = "application_hang"
  case applicationSlow = "application_slow"

  package var description: String { rawValue }
}

extension FaultKind {
  /// Its key in scenario files.
  package var key: FaultKey {
    switch self {
    case .crash: .crash
    case .restart: .restart
    case .stop: .stop
    case .leave: .leave
    case .drain: .drain
    case .resume: .resume
    case .pause: .pause
    case .stall: .stall
    case .kill: .kill
    case .upgrade: .upgrade
    case .loss: .loss
    case .delay: .delay
    case .oneWayCut: .oneWayCut
    case .pairCut: .pairCut
    case .partition: .partition
    case .bridge: .bridge
    case .networkDown: .networkDown
    case .interfaceDown: .interfaceDown
    case .blockHeartbeats: .blockHeartbeats
    case .commitFailure: .commitFailure
    case .weight: .weight
    case .reload: .reload
    case .applicationCrash: .applicationCrash
    case .applicationHang: .applicationHang
    case .applicationSlow: .applicationSlow
    }
  }

  package var traits: FaultTraits { key.traits }
}
