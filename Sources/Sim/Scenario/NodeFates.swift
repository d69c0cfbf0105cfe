import Engine
import FarmFile

/// Walks a fault plan in order of time and reports what cannot happen: a restart of a node that runs, a second crash of
/// one that is down.
///
/// It knows what the plan does to each node, but not how the farm reacts. A node that only the farm takes out, by a
/// checker or a hold-down, is still up here; a resume of such a node is therefore allowed if the settings make that
/// possible.
struct NodeFates {
  private enum Fate: Equatable {
    case up, drained
    /// What happened to it, such as `crashed`, and whether its kernel is gone too.
    case down(String, isOff: Bool)
  }

  private var fates: [Fate]
  /// When the pause or stall of each node ends.
  private var heldUntil: [Duration]
  private let names: NameList
  private let settings: Settings
  /// Whether a checker may take a node out until it is resumed.
  private let hasCheckers: Bool
  private let log: ProblemLog
  /// Text at the end of each problem.
  private let aside: String
  /// What was reported: an entry that repeats is reported once for each node.
  private var reported: [Report] = []

  private struct Report: Equatable {
    var place: Place
    var node: NodeID
  }

  /// - Parameters:
  ///   - entries: in order of time.
  ///   - aside: text at the end of each problem, such as the trial that it is about.
  static func check(
    _ entries: [FaultEntry], names: NameList, farm: Farm, log: ProblemLog, aside: String = ""
  ) {
    let hasCheckers = entries.contains { entry in
      if case .reload(_, let reload) = entry.fault.kind { !reload.farm.checkers.isEmpty } else { false }
    }
    var fates = NodeFates(
      names: names, settings: farm.settings, hasCheckers: hasCheckers || !farm.checkers.isEmpty, log: log,
      aside: aside)
    for edge in FaultPlan(entries.map(\.fault)).edges {
      let entry = entries[edge.fault]
      if !edge.isEnd {
        fates.apply(entry)
      } else if entry.fault.kind.dependsOnDaemons(isEnd: true) {
        fates.restartAfter(entry.fault.kind.nodes)
      }
    }
  }

  private init(names: NameList, settings: Settings, hasCheckers: Bool, log: ProblemLog, aside: String) {
    self.names = names
    self.settings = settings
    self.hasCheckers = hasCheckers
    self.log = log
    self.aside = aside
    fates = Array(repeating: .up, count: names.names.count)
    for n in fates.indices.dropFirst(settings.nodeCount) {
      fates[n] = .down("not been started yet", isOff: true)
    }
    heldUntil = Array(repeating: .zero, count: names.names.count)
  }

  private mutating func restartAfter(_ nodes: NodeSet) {
    for node in nodes { fates[node.index] = .up }
  }

  private mutating func apply(_ entry: FaultEntry) {
    switch entry.fault.kind {
    case .crash(let nodes):
      change(nodes, entry, to: .down("crashed", isOff: true)) {
        if case .down(_, true) = $0 { false } else { true }
      }
    case .kill(let nodes): change(nodes, entry, to: .down("been killed", isOff: false), if: NodeFates.isUp)
    case .upgrade(let nodes):
      change(nodes, entry, to: .down("no daemon, which is being upgraded", isOff: false)) { $0 == .up }
    case .stop(let nodes): change(nodes, entry, to: .down("stopped", isOff: false), if: NodeFates.isUp)
    case .leave(let nodes): change(nodes, entry, to: .down("left", isOff: false), if: NodeFates.isUp)
    case .drain(let nodes, _, _): change(nodes, entry, to: .drained) { $0 == .up }
    case .restart(let nodes): change(nodes, entry, to: .up) { $0 != .up }
    case .resume(let nodes):
      let mayWait = settings.life.failback != .automatic || settings.life.flapPenalty > 0 || hasCheckers
      change(nodes, entry, to: .up) { $0 == .drained || mayWait && $0 == .up }
    case .pause(let nodes), .stall(let nodes):
      let isPause = entry.key == .pause
      for node in nodes {
        if case .down(let past, let isOff) = fates[node.index], isOff || !isPause {
          report(entry, node, "has \(past)")
        } else if heldUntil[node.index] > entry.fault.at {
          report(entry, node, "is still paused or stalled")
        }
        heldUntil[node.index] = entry.fault.until ?? Duration(nanoseconds: .max)
      }
    case .applicationCrash(let nodes), .applicationHang(let nodes), .applicationSlow(let nodes, _):
      for node in nodes {
        if case .down(let past, true) = fates[node.index] { report(entry, node, "has \(past)") }
      }
    case .commitFailure, .weight, .reload, .loss, .delay, .oneWayCut, .pairCut, .partition, .bridge,
      .networkDown, .interfaceDown, .blockHeartbeats:
      break
    }
  }

  private static func isUp(_ fate: Fate) -> Bool { fate == .up || fate == .drained }

  private mutating func change(
    _ nodes: NodeSet, _ entry: FaultEntry, to fate: Fate, if isPossible: (Fate) -> Bool
  ) {
    for node in nodes {
      switch fates[node.index] {
      case let now where isPossible(now): break
      case .up: report(entry, node, entry.key == .restart ? "has not stopped" : "was not drained")
      case .drained: report(entry, node, "is drained already")
      case .down(let past, _): report(entry, node, "has \(past)")
      }
      fates[node.index] = fate
      // A machine that loses power, or a daemon that starts, is no longer paused or stalled.
      if entry.key == .crash || entry.key == .restart { heldUntil[node.index] = .zero }
    }
  }

  private mutating func report(_ entry: FaultEntry, _ node: NodeID, _ reason: String) {
    let report = Report(place: entry.place, node: node)
    if reported.contains(report) { return }
    reported.append(report)
    log.add(
      entry.place,
      "'\(entry.key)' of \(names.names[node.index]) at \(entry.fault.at.text)\(aside): it \(reason)")
  }
}
