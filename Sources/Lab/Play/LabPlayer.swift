import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import Synchronization

/// Plays a plan on a real farm: builds it, does the faults as often as planned, and removes it, whatever happens.
///
/// Before each repeat it waits until the farm is whole. Then it starts the clients, does the acts at their times, and
/// collects what the clients saw. What the filters did is collected once, at the end. It works on the calling thread,
/// which sleeps most of the time.
public struct LabPlayer: Sendable {
  let plan: LabPlan
  /// The scenario's file, its path, and the changes of the command line.
  let text: String
  let file: String
  let overrides: [Override]
  let programs: LabPrograms
  /// Probes a second; 0 for none.
  public var probesPerSecond = 100
  /// What a soak does and observes besides; `nil` if this is not a soak.
  var soak: SoakWatch?

  public init(_ plan: LabPlan, text: String, file: String, overrides: [Override] = [], programs: LabPrograms)
  {
    self.plan = plan
    self.file = file
    self.text = text
    self.overrides = overrides
    self.programs = programs
  }

  /// - Parameters:
  ///   - control: asks for a stop. Its time advances with the lab's.
  ///   - whenPlayed: called after the last repeat, while the farm still stands.
  /// - Throws: if the farm could not be built. A later failure is in the outcome.
  public func play(
    control: RunControl, whenPlayed: (LabFarmPlaces) -> Void = { _ in }
  ) throws(LabError) -> LabOutcome {
    precondition(plan.refusals.isEmpty, "a plan that cannot be played")
    let farm = try LabFarm(
      plan, text: text, file: file, overrides: overrides, programs: programs,
      metrics: soak == nil ? "no" : MetricsCrowd.endpoint)
    defer { farm.end() }
    var outcome = LabOutcome()
    do throws(LabError) {
      try soak?.prepare(farm)
      for node in farm.nodes { try farm.powerOn(node) }
      for index in 0..<plan.repeats where !control.isStopRequested {
        if plan.scenario.hasApplications { try forgetActions(farm) }
        try waitUntilWhole(farm, control: control)
        if control.isStopRequested { break }
        if let played = try play(index, farm, control) { outcome.repeats.append(played) }
      }
      if !control.isStopRequested { whenPlayed(LabFarmPlaces(farm)) }
    } catch { outcome.failure = error }
    outcome.isPartial = outcome.repeats.count < plan.repeats
    outcome.logs = farm.logs
    for i in outcome.repeats.indices { outcome.repeats[i].noteReturns(farm, outcome.logs) }
    farm.watch.stop()
    outcome.filters = FilterHistory(farm.watch.take(), until: MonotonicClock.now)
    outcome.overruns = farm.watch.overruns
    outcome.failure = outcome.failure ?? farm.watch.failure
    return outcome
  }

  /// Waits while the farm forms, or becomes whole again between two repeats.
  private func waitUntilWhole(_ farm: LabFarm, control: RunControl) throws(LabError) {
    let deadline = Date().addingTimeInterval(LabFarm.patience.seconds)
    while !farm.isWhole || !farm.servesEverywhere {
      try farm.requireRunning(except: .empty)
      if control.isStopRequested { return }
      if Date() > deadline {
        throw LabError("the farm is not whole after \(Int(LabFarm.patience.seconds)) s", isOfFarm: true)
      }
      usleep(20_000)
    }
  }

  /// Makes daemons forget their checkers' actions. These count for a day, and would be missing in the next repeat.
  private func forgetActions(_ farm: LabFarm) throws(LabError) {
    for node in farm.nodes { _ = try farm.insist(node, .resume) }
  }

  /// - Returns: `nil` if it was stopped before its end.
  private func play(
    _ index: Int, _ farm: LabFarm, _ control: RunControl
  ) throws(LabError) -> LabRepeat? {
    let scenario = plan.scenario(of: index)
    _ = farm.applications.takeChanges()
    // Time to prepare the clients.
    let origin = MonotonicClock.now + .milliseconds(100)
    let clients = try LabClients(
      scenario, trial: index, origin: origin, in: farm.network.clients, probesPerSecond: probesPerSecond)
    defer { clients.stop() }
    var played = LabRepeat(
      index: index, began: origin, ended: origin, events: [], values: [], clientEvents: [], probes: [])
    func note(_ kind: LabEvent.Kind, at: Instant, starts: [NodeID: Instant] = [:]) {
      played.events.append(LabEvent(at: at, kind: kind, starts: starts))
    }
    note(.repeatBegan(index), at: origin)
    soak?.begin()
    var faults = RealFaults(farm)
    for act in acts(of: scenario) {
      guard sleep(until: origin + (act.at - .zero), farm, control) else { return nil }
      switch act {
      case .fault(let edge):
        let at = try edge.isEnd ? faults.end(edge.fault) : faults.begin(edge.fault)
        note(.fault(index: edge.fault, isEnd: edge.isEnd), at: at, starts: faults.starts)
        note(.reached(faults.reached), at: at)
        soak?.note(scenario.faults[edge.fault].kind, isEnd: edge.isEnd, at: at)
      case .mishap(let index, let isEnd, _):
        try isEnd ? soak?.end(mishap: index) : soak?.begin(mishap: index)
      }
    }
    guard sleep(until: origin + plan.cycle, farm, control) else { return nil }
    played.ended = MonotonicClock.now
    let seen = clients.finish()
    for change in farm.applications.takeChanges() {
      switch change.kind {
      case .serves: note(.served(change.node, true), at: change.at)
      case .servesNoMore: note(.served(change.node, false), at: change.at)
      case .ended: note(.ended(change.node), at: change.at)
      }
    }
    played.events.sort { $0.at < $1.at }
    note(.repeatEnded(index), at: played.ended)
    played.clientEvents = seen.events
    played.probes = seen.probes
    played.values = seen.tally(plan, played).values(from: UInt64(scenario.run.warmUp.nanoseconds))
    return played
  }

  private enum Act {
    case fault(FaultPlan.Edge)
    case mishap(Int, isEnd: Bool, at: Instant)

    var at: Instant {
      switch self {
      case .fault(let edge): edge.at
      case .mishap(_, _, let at): at
      }
    }
  }

  /// Everything that is done, in order of time. At equal times a fault comes before a mishap.
  private func acts(of scenario: Scenario) -> [Act] {
    var acts = FaultPlan(scenario.faults).edges.map { Act.fault($0) }
    for (i, mishap) in (soak?.mishaps ?? []).enumerated() {
      acts.append(.mishap(i, isEnd: false, at: .zero + mishap.at))
      if let until = mishap.until { acts.append(.mishap(i, isEnd: true, at: .zero + until)) }
    }
    return acts.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  /// - Returns: `false` if a stop was asked for.
  private func sleep(until instant: Instant, _ farm: LabFarm, _ control: RunControl) -> Bool {
    while true {
      if control.isStopRequested { return false }
      let now = MonotonicClock.now
      soak?.look(farm, at: now)
      if now >= instant { return true }
      let left = min((instant - now).nanoseconds, 50_000_000)
      control.advance(nanoseconds: UInt64(left), events: 0)
      usleep(UInt32((left + 999) / 1000))
    }
  }
}
