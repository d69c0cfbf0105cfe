import Engine
import FarmFile

/// Which nodes relayed heartbeats that others did not hear, if this is why no node was missed.
struct RelayClause {
  let told: ToldTrial

  /// `nil` if nothing was cut or lost, no node relayed anything, or some view changed all the same.
  func text() -> String? {
    let isCut = told.scenario.faults.contains { fault in
      fault.kind.traits.strikes == .frames && fault.kind.traits.heartbeats != .kept
    }
    let messages = told.result.messages
    let those = messages.indices.filter { messages[$0].relayed > 0 }
    guard isCut, !those.isEmpty, told.measured(.viewChanges)?.value == 0 else { return nil }
    // A heartbeat goes on in one datagram to each node that did not hear it.
    let count = those.reduce(0) { $0 + messages[$1].relayed }
    let who = told.few(those) ?? Readable.count(those.count, "node")
    return "\(who) passed on heartbeats of others in \(Readable.count(count, "datagram"))\(reached)"
  }

  /// `, and clients reached all 5 nodes meanwhile`, if nodes no longer heard each other: by then, who serves whom is not
  /// plain. Empty where no bucket was without a node that clients reach, or nobody came.
  private var reached: String {
    let cut = told.scenario.faults.firstIndex { fault in
      switch fault.kind {
      case .oneWayCut, .pairCut, .bridge, .partition: true
      default: false
      }
    }
    let stretch = told.result.outcome.stretches.first { $0.causes.contains { $0.fault == cut && !$0.isEnd } }
    guard cut != nil, let stretch, told.seconds(.unreachedTimeLongest) == 0 else { return "" }
    let nodes = told.scenario.nodes.indices.filter { n in
      stretch.packets.contains { $0.indices.contains(n) && $0[n] > 0 }
    }
    if nodes.isEmpty { return "" }
    let those =
      nodes.count == told.scenario.nodes.count
      ? "all \(Readable.count(nodes.count, "node"))"
      : told.few(nodes) ?? Readable.count(nodes.count, "node")
    return ", and clients reached \(those) meanwhile"
  }
}
