import Engine
import FarmFile

/// The faults of a run as reports tell them, in the past.
///
/// ``FaultWords`` has the sentence of each kind. For some kinds it depends on what the fault found: a start that found
/// nodes running already is told as that. ``alike(_:until:)`` tells several faults of one kind in one phrase.
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
    let isDrain = kind.traits.ends == .resume
    if case .reload(let nodes, let reload) = kind {
      // The other nodes read the file when they start.
      return began(.reload(found.running.isEmpty ? nodes : found.running, reload))
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

  private func began(_ kind: FaultKind) -> String { sentences.sentence(kind, isEnd: false) }
  private func ended(_ kind: FaultKind) -> String { sentences.sentence(kind, isEnd: true) }
  private var sentences: FaultWords<FaultText> { FaultWords(names: self, tense: .past) }
}

extension FaultText: FaultNames {
  var nodeCount: Int { scenario.nodes.count }

  func list(_ set: NodeSet) -> String { nodes(set) }

  func list(_ set: NetworkSet) -> String {
    let names = scenario.farm.networks.indices.filter { set.contains(NetworkID($0)) }
      .map { scenario.farm.networks[$0] }
    return names.isEmpty ? "every network" : PlainText.list(names)
  }

  func name(_ group: GroupID) -> String { self.group(group) }

  /// `node1`, `{node2, node3}`. A row of five or more is told by its first and last node.
  func side(_ set: NodeSet) -> String {
    if set.count == 1 { return nodes(set) }
    let isRow = set.count > 4 && nodes(set).contains(" to ")
    return "{\(isRow ? nodes(set) : set.map { name($0) }.joined(separator: ", "))}"
  }
}
