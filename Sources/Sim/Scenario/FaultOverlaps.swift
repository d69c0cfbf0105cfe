import Engine
import FarmFile

/// Refuses a fault that strikes while an earlier one of the same kind and subject lasts.
///
/// Such a fault has no effect while the other lasts, or ends the other too early: one of the two times is a mistake.
/// Losses, delays, cuts and partitions may overlap, since they differ in more than their time. A fault of an
/// application, or a weight, that has no end of its own counts as over at once: a start may have healed it, or another
/// order replaced it.
struct FaultOverlaps {
  /// When the fault of each subject ends, by `Subject.index`.
  private var struck: [Duration]
  private let names: ScenarioNames
  private let log: ProblemLog
  private let end: Duration
  /// Entries that were reported: one that repeats is reported once.
  private var reported: Set<Place> = []

  /// The part of a node or network that a kind strikes.
  private enum Slot: Int, CaseIterable {
    case network, interface, arriving, leaving, commits, crash, hang, slowness, weight
  }

  private struct Subject {
    var slot: Slot
    var node = 0
    /// Network or group.
    var part = 0

    var index: Int {
      (slot.rawValue * Limits.maximumNodes + node) * max(Limits.maximumNetworks, Limits.maximumGroups) + part
    }
  }

  /// - Parameters:
  ///   - entries: in order of time.
  ///   - end: the end of the run.
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
    case .crash, .restart, .stop, .leave, .drain, .resume, .pause, .stall, .kill, .upgrade, .loss, .delay,
      .oneWayCut, .pairCut, .partition, .bridge, .reload:
      return []
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
      "'\(entry.key)' of \(whose) at \(entry.fault.at.text): an earlier one lasts "
        + (until >= end ? "to the end of the run" : "until \(until.text)"),
      expected: "one after the other, or one that lasts for all of the time")
  }
}
