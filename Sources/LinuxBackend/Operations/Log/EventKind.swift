import Engine
import Logging

/// The kinds of events of a node: each has a level in the log and a count in the metrics.
enum EventKind: String, CaseIterable {
  case status, fenced, deaf, view
  case removed, left, joined, returned
  case claimed, released
  case paused
  case commitFailed = "commit_failed"
  case leaseLost = "lease_lost"
  case duplicateNodeID = "duplicate_node_id"
  case sharedNodeID = "shared_node_id"
  case configurationStaged = "configuration_staged"
  case configurationSwitched = "configuration_switched"
  case configurationMismatch = "configuration_mismatch"
  case unauthenticated
  case setBack = "set_back"
  case stale
  case refused, drained
  case resumed
  case resumptionRefused = "resumption_refused"
  case caughtUp = "caught_up"
  case heldDown = "held_down"

  init(_ notice: Notice) {
    switch notice {
    case .status(.fenced, _): self = .fenced
    case .status(.deaf, _), .deaf: self = .deaf
    case .status: self = .status
    case .view: self = .view
    case .removed: self = .removed
    case .left: self = .left
    case .joined: self = .joined
    case .returned: self = .returned
    case .claimed: self = .claimed
    case .released: self = .released
    case .paused: self = .paused
    case .commitFailed: self = .commitFailed
    case .leaseLost: self = .leaseLost
    case .duplicateNodeID: self = .duplicateNodeID
    case .sharedNodeID: self = .sharedNodeID
    case .configurationStaged: self = .configurationStaged
    case .configurationSwitched: self = .configurationSwitched
    case .configurationMismatch: self = .configurationMismatch
    case .unauthenticated: self = .unauthenticated
    case .setBack: self = .setBack
    case .stale: self = .stale
    case .refused: self = .refused
    case .resumed: self = .resumed
    case .resumptionRefused: self = .resumptionRefused
    case .caughtUp: self = .caughtUp
    case .drained: self = .drained
    case .heldDown: self = .heldDown
    }
  }

  var level: Logger.Level {
    switch self {
    case .commitFailed, .leaseLost, .duplicateNodeID, .sharedNodeID: .error
    case .configurationMismatch, .unauthenticated, .setBack, .stale: .error
    case .fenced, .deaf, .removed, .paused, .refused, .heldDown, .resumptionRefused: .warning
    case .status, .view, .left, .joined, .returned, .claimed, .released: .notice
    case .configurationStaged, .configurationSwitched, .drained, .resumed, .caughtUp: .notice
    }
  }

  /// Whether the node may repeat it at every tick for as long as the trouble lasts.
  var isRepeating: Bool {
    switch self {
    case .commitFailed, .leaseLost, .duplicateNodeID, .configurationMismatch, .unauthenticated, .heldDown,
      .setBack, .stale, .paused:
      true
    default: false
    }
  }

  /// Its place among all kinds.
  var index: Int { Self.allCases.firstIndex(of: self)! }
}
