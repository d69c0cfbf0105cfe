import Engine
import FarmFile

/// Refuses faults that strike what another fault of their kind has struck and not left yet.
///
/// Such a fault adds nothing while the other lasts, or ends what the other was to do for longer: one of the two times
/// is a mistake. Losses, delays, cuts and partitions may overlap, since they differ in more than their time. A fault of
/// an application without an end may have been healed by a start, so it is taken for over.
struct FaultOverlaps {
  /// Until when each subject is struck: by ``Slot``, node, and network or group.
  private var struck: [Duration]
  private let names: ScenarioNames
  private let log: ProblemLog
  private let end: Duration
  /// A line that comes again and again is told once.
  private var reported: Set<Place> = []

  /// What of a node or network a kind strikes.
  private enum Slot: Int, CaseIterable {
    case network, interface, arriving, leaving, commits, crash, hang, slowness, weight
  }

  private struct Subject {
    var slot: Slot
    var node = 0
    /// Of a network or group.
    var part = 0

    var index: Int {
      (slot.rawValue * Limits.maximumNodes + node) * max(Limits.maximumNetworks, Limits.maximumGroups) + part
    }
  }

  /// - Parameters:
  ///   - entries: in order of time.
  ///   - end: of the run.
  static func check(_ entries: [FaultEntry], names: ScenarioNames, end: Duration, log: ProblemLog) {
    var overlaps = FaultOverlaps(names: names, end: end, log: log)
    for entry in entries { overlaps.apply(entry) }
  }

  private init(names: ScenarioNames, end: Duration, log: ProblemLog) {
    let last = Subject(
      slot: .weight, node: Limits.maximumNodes - 1,
      part: max(Limits.maximumNetworks, Limits.maximumGroups) - 1)
    struck = Array(repeating: .zero, count: last.index + 1)
    self.names = names
    self.end = end
    self.log = log
  }

  private mutating func apply(_ entry: FaultEntry) {
    for subject in subjects(of: entry.fault) {
      if struck[subject.index] > entry.fault.at { report(entry, subject) }
      struck[subject.index] = max(struck[subject.index], entry.fault.until ?? Duration(nanoseconds: .max))
    }
  }

  private func subjects(of fault: Fault) -> [Subject] {
    func each(_ slot: Slot, _ nodes: NodeSet) -> [Subject] {
      nodes.map { Subject(slot: slot, node: $0.index) }
    }
    func each(_ slot: Slot, _ nodes: NodeSet, on networks: NetworkSet) -> [Subject] {
      nodes.flatMap { node in
        parts(networks).map { Subject(slot: slot, node: node.index, part: $0) }
      }
    }
    switch fault.kind {
    case .networkDown(let networks): return parts(networks).map { Subject(slot: .network, part: $0) }
    case .interfaceDown(let nodes, let networks): return each(.interface, nodes, on: networks)
    case .blockHeartbeats(let nodes, let direction, let networks):
      return (direction.blocksArriving ? each(.arriving, nodes, on: networks) : [])
        + (direction.blocksLeaving ? each(.leaving, nodes, on: networks) : [])
    case .commitFailure(let nodes): return each(.commits, nodes)
    case .applicationCrash(let nodes): return fault.until == nil ? [] : each(.crash, nodes)
    case .applicationHang(let nodes): return fault.until == nil ? [] : each(.hang, nodes)
    case .applicationSlow(let nodes, _): return fault.until == nil ? [] : each(.slowness, nodes)
    case .weight(let nodes, let group, _):
      return fault.until == nil
        ? [] : nodes.map { Subject(slot: .weight, node: $0.index, part: group.index) }
    default: return []
    }
  }

  private func parts(_ networks: NetworkSet) -> [Int] {
    names.networks.names.indices.filter { networks.contains(NetworkID($0)) }
  }

  private mutating func report(_ entry: FaultEntry, _ subject: Subject) {
    guard reported.insert(entry.place).inserted else { return }
    let node = names.nodes.names[subject.node]
    let whose = subject.slot == .network ? names.networks.names[subject.part] : node
    let until = struck[subject.index]
    log.add(
      entry.place,
      "'\(entry.kind)' of \(whose) at \(entry.fault.at.text): an earlier one lasts "
        + (until >= end ? "to the end of the run" : "until \(until.text)"),
      expected: "one after the other, or one that lasts for all of the time")
  }
}
