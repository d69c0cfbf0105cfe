import Engine
import FarmFile

/// Which nodes relayed heartbeats that others did not hear, if this is why no node was missed.
struct RelayClause {
  let told: ToldTrial

  /// `nil` if nothing was cut or lost, no node relayed anything, or some view changed all the same.
  func text() -> String? {
    let isCut = told.scenario.faults.contains { fault in
      switch fault.kind {
      case .oneWayCut, .pairCut, .bridge, .partition, .loss, .blockHeartbeats: true
      default: false
      }
    }
    let messages = told.result.messages
    let those = messages.indices.filter { messages[$0].relayed > 0 }
    guard isCut, !those.isEmpty, told.measured("view_changes")?.value == 0 else { return nil }
    let count = those.reduce(0) { $0 + messages[$1].relayed }
    let who = told.few(those) ?? Readable.count(those.count, "node")
    return "\(who) passed on \(Readable.count(count, "heartbeat")) of others"
  }
}
