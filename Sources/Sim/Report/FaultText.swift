import Engine
import FarmFile

/// Faults in an operator's words.
///
/// The words of a fault depend on its kind, and for some kinds on what it found: a start that found nodes running
/// already is told as that. ``alike(_:until:)`` tells several faults of one kind in one phrase.
struct FaultText {
  let scenario: Scenario
  /// Names by space: see ``BucketSpaces``.
  private let spaces: [String]
  private let starts: [NodeStarts]

  /// - Parameter outcome: the outcome of the run that is told: some words depend on what a fault found.
  init(_ scenario: Scenario, _ outcome: RunOutcome = RunOutcome()) {
    self.scenario = scenario
    starts = outcome.starts
    spaces = scenario.spaceNames
  }

  /// What happened, as a sentence in the past without its full stop: `node2 lost power`.
  func happened(_ fault: Int, isEnd: Bool) -> String {
    guard scenario.faults.indices.contains(fault) else { return "fault \(fault + 1)" }
    let kind = scenario.faults[fault].kind
    if let found = starts.first(where: { $0.fault == fault && $0.isEnd == isEnd }) {
      return happened(kind, isEnd: isEnd, found)
    }
    return isEnd ? ended(kind) : began(kind)
  }

  /// The first `count` faults as one phrase: `node2 stood still 3 times`, or `the daemons of node1 and node2 were
  /// replaced one after the other`; `nil` if they are fewer than two or not alike.
  /// - Parameter end: end of the run: a fault that ends later is told by its begin.
  func alike(_ count: Int, until end: Instant) -> String? {
    let faults = scenario.faults.prefix(count)
    guard faults.count > 1, faults.count == count else { return nil }
    let first = happened(0, isEnd: false)
    if (1..<count).allSatisfy({ happened($0, isEnd: false) == first }) {
      return "\(first) \(count == 2 ? "twice" : "\(Readable.count(count)) times")"
    }
    let nodes = faults.reduce(NodeSet.empty) { $0.union($1.kind.nodes) }
    // A fault that found some nodes running already, or never on before, is told by itself.
    guard let kind = faults[0].kind.of(nodes), faults.allSatisfy({ $0.kind.of(nodes) == kind }),
      faults.reduce(0, { $0 + $1.kind.nodes.count }) == nodes.count,
      zip(faults, faults.dropFirst()).allSatisfy({ $0.at < $1.at }),
      !starts.contains(where: { $0.fault < count })
    else { return nil }
    var words = began(kind)
    if case .upgrade = kind, faults.allSatisfy({ $0.until.map { .zero + $0 <= end } ?? false }) {
      words = ended(kind)
    }
    return "\(words) one after the other"
  }

  func happened(_ rebalance: Rebalance) -> String {
    if let node = rebalance.healthy { return "\(name(node)) was healthy again" }
    return happened(rebalance.fault, isEnd: rebalance.isEnd)
  }

  /// The same for little room: a reload without what it changes.
  func brief(_ rebalance: Rebalance) -> String {
    guard rebalance.healthy == nil, scenario.faults.indices.contains(rebalance.fault),
      case .reload(let nodes, _) = scenario.faults[rebalance.fault].kind
    else { return happened(rebalance) }
    let found = starts.first { $0.fault == rebalance.fault && $0.isEnd == rebalance.isEnd }?.running
    let those = found.map { $0.isEmpty ? nodes : $0 } ?? nodes
    return "\(self.nodes(those)) reloaded \(those.count == 1 ? "its" : "their") farm file"
  }

  /// The same for a fault that found some nodes running, or some that had never been on.
  private func happened(_ kind: FaultKind, isEnd: Bool, _ found: NodeStarts) -> String {
    func were(_ nodes: NodeSet) -> String { "\(self.nodes(nodes)) \(nodes.count == 1 ? "was" : "were")" }
    let isDrain = if case .drain = kind { true } else { false }
    if case .reload(let nodes, let reload) = kind {
      // The other nodes read the file when they start.
      return reloaded(found.running.isEmpty ? nodes : found.running, reload)
    }
    var clauses: [String] = []
    if !found.new.isEmpty { clauses.append("\(were(found.new)) started") }
    if isDrain, !found.others.isEmpty {
      clauses.append("\(were(found.others)) started again")
    } else if !found.others.isEmpty, let kind = kind.of(found.others) {
      clauses.append(isEnd ? ended(kind) : began(kind))
    }
    if !found.running.isEmpty {
      clauses.append(
        isDrain
          ? "\(were(found.running)) resumed"
          : isEnd
            ? "\(nodes(found.running)) ran already"
            : "\(were(found.running)) to be started, but still ran")
    }
    return PlainText.list(clauses)
  }

  /// `node1`, `node1 and node3`, `node1 to node5`.
  func nodes(_ set: NodeSet) -> String {
    let names = set.map { name($0) }
    let ids = set.map { $0.index }
    if names.isEmpty { return "every node" }
    if names.count > 4, let first = ids.first, let last = ids.last, last - first == ids.count - 1 {
      return "\(names[0]) to \(names[names.count - 1])"
    }
    return PlainText.list(names)
  }

  func name(_ node: NodeID) -> String {
    scenario.nodes.indices.contains(node.index)
      ? scenario.nodes[node.index] : "node\(node.index + 1)"
  }

  func group(_ group: GroupID) -> String {
    spaces.indices.contains(group.index) ? spaces[group.index] : "unmatched traffic"
  }

  /// `node1 and {node2, node3}`
  private func parts(_ sets: [NodeSet]) -> String {
    PlainText.list(
      sets.map { set in
        // A row of five or more is told by its first and last node.
        let isRow = set.count > 4 && nodes(set).contains(" to ")
        return set.count == 1
          ? nodes(set) : "{\(isRow ? nodes(set) : set.map { name($0) }.joined(separator: ", "))}"
      })
  }

  private func networks(_ set: NetworkSet) -> String {
    let names = scenario.farm.networks.indices.filter { set.bits >> UInt8($0) & 1 == 1 }
      .map { scenario.farm.networks[$0] }
    return names.isEmpty ? "every network" : PlainText.list(names)
  }

  private func its(_ set: NodeSet, _ one: String, _ many: String) -> String {
    set.count == 1 ? "\(nodes(set))’s \(one)" : "the \(many) of \(nodes(set))"
  }

  private func began(_ kind: FaultKind) -> String {
    switch kind {
    case .crash(let set): "\(nodes(set)) lost power"
    case .restart(let set): "\(nodes(set)) came back"
    case .stop(let set): "\(its(set, "daemon was", "daemons")) \(set.count == 1 ? "" : "were ")stopped"
    case .leave(let set): "\(nodes(set)) left"
    case .drain(let set, _, _): "\(nodes(set)) began to drain"
    case .resume(let set): "\(nodes(set)) \(set.count == 1 ? "was" : "were") resumed"
    case .pause(let set): "\(nodes(set)) stood still"
    case .stall(let set): "\(its(set, "daemon", "daemons")) stalled"
    case .kill(let set): "\(its(set, "daemon was", "daemons")) \(set.count == 1 ? "" : "were ")killed"
    case .upgrade(let set):
      "\(its(set, "daemon was", "daemons")) \(set.count == 1 ? "" : "were ")taken away for an upgrade"
    case .loss(let on, let up, let down, let at): lossBegan(on, up, down, at)
    case .delay(let on, _): "the delay of \(networks(on)) changed"
    case .oneWayCut(let from, let to, let on):
      "\(nodes(to)) no longer heard \(nodes(from)) on \(networks(on))"
    case .pairCut(let a, let b, let on):
      "\(parts([a, b])) no longer heard each other on \(networks(on))"
    case .partition(let sides, let on):
      "\(networks(on)) split into \(parts(FaultKind.sides(sides, of: scenario.nodes.count)))"
    case .bridge(let a, let b, let by, let on):
      "\(networks(on)) split into \(parts([a, b])), both heard by \(nodes(by))"
    case .networkDown(let on): "\(networks(on)) went down"
    case .interfaceDown(let set, let on):
      "\(its(set, "interface", "interfaces")) to \(networks(on)) went down"
    case .blockHeartbeats(let set, let direction, let on):
      "\(its(set, "firewall", "firewalls")) began to drop heartbeats \(direction.words) \(networks(on))"
    case .commitFailure(let set): "\(its(set, "kernel", "kernels")) began to refuse commits"
    case .applicationCrash(let set): "\(its(set, "application", "applications")) crashed"
    case .applicationHang(let set): "\(its(set, "application", "applications")) hung"
    case .applicationSlow(let set, let delay):
      "\(its(set, "application", "applications")) became \(Readable.setting(delay)) slower"
    case .reload(let set, let reload): reloaded(set, reload)
    case .weight(let set, let group, let weight):
      "\(its(set, "weight", "weights")) in \(self.group(group)) became \(weight)"
    }
  }

  /// A title has no room for more changes of a file.
  private static let mostChanges = 3

  private func reloaded(_ set: NodeSet, _ reload: Reload) -> String {
    let words = reload.words(atMost: FaultText.mostChanges) ?? "as it was at the start"
    return "\(nodes(set)) reloaded \(set.count == 1 ? "its" : "their") farm file \(words)"
  }

  private func lossBegan(_ on: NetworkSet, _ up: LossModel?, _ down: LossModel?, _ at: NodeSet) -> String {
    var shares: [String] = []
    let (who, isOne) = (nodes(at), at.count == 1)
    if let up, let text = share(up) {
      shares.append("\(text) \(at.isEmpty ? "at the senders" : "of what \(who) \(isOne ? "sends" : "send")")")
    }
    if let down, let text = share(down) {
      shares.append(
        "\(text) \(at.isEmpty ? "at every receiver" : "of what \(who) \(isOne ? "receives" : "receive")")")
    }
    let what = shares.isEmpty ? "no frames" : "frames (\(shares.joined(separator: ", ")))"
    return "\(networks(on)) began to lose \(what)"
  }

  private func share(_ loss: LossModel) -> String? {
    switch loss {
    case .none: nil
    case .independent(let p): Readable.percent(p)
    case .gilbertElliott: "bursts"
    }
  }

  private func ended(_ kind: FaultKind) -> String {
    switch kind {
    case .crash(let set), .restart(let set), .leave(let set): "\(nodes(set)) came back"
    case .stop(let set), .kill(let set):
      "\(its(set, "daemon was", "daemons")) \(set.count == 1 ? "" : "were ")started again"
    case .upgrade(let set): "\(its(set, "daemon was", "daemons")) \(set.count == 1 ? "" : "were ")replaced"
    case .drain(let set, _, _), .resume(let set): "\(nodes(set)) \(set.count == 1 ? "was" : "were") resumed"
    case .pause(let set): "\(nodes(set)) ran on"
    case .stall(let set): "\(its(set, "daemon", "daemons")) ran on"
    case .loss(let on, _, _, _): "the loss on \(networks(on)) ended"
    case .delay(let on, _): "the delay of \(networks(on)) was normal again"
    case .oneWayCut(let from, let to, _): "\(nodes(to)) heard \(nodes(from)) again"
    case .pairCut(let a, let b, _): "\(parts([a, b])) heard each other again"
    case .partition(_, let on), .bridge(_, _, _, let on): "\(networks(on)) was whole again"
    case .networkDown(let on): "\(networks(on)) was up again"
    case .interfaceDown(let set, let on):
      "\(its(set, "interface", "interfaces")) to \(networks(on)) came up again"
    case .blockHeartbeats(let set, _, _): "\(its(set, "firewall", "firewalls")) let heartbeats pass again"
    case .commitFailure(let set): "\(its(set, "kernel", "kernels")) accepted commits again"
    case .applicationCrash(let set): "\(its(set, "application", "applications")) could start again"
    case .applicationHang(let set):
      "\(its(set, "application", "applications")) no longer hung"
    case .applicationSlow(let set, _):
      "\(its(set, "application was", "applications")) \(set.count == 1 ? "" : "were ")as fast as before"
    case .reload(let set, let reload): reloaded(set, reload)
    case .weight(let set, let group, _):
      "\(its(set, "weight", "weights")) in \(self.group(group)) was restored"
    }
  }
}

extension FirewallDirection {
  /// The words before the name of a network.
  var words: String {
    switch self {
    case .into: "from"
    case .out: "to"
    case .both: "from and to"
    }
  }
}
