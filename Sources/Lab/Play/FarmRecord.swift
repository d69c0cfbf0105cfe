import Engine
import Sim

/// What was observed of a real farm from outside, as input for the simulator's measures.
struct FarmRecord: Sendable {
  /// The scenario that both sides play.
  var scenario: Scenario
  var filters: FilterHistory

  /// One repeat as a trial: every bucket's owners at their real times, counted from the repeat's beginning. An act that
  /// starts daemons counts from the time when all of them are at work: see ``startTimes(_:)``.
  /// - Parameter keepsTimeline: whether to keep the owners over time, for a chart.
  func trial(_ played: LabRepeat, keepsTimeline: Bool) -> TrialResult {
    let (began, ended) = (played.began, played.ended)
    let settings = scenario.farm.settings
    let sets = settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
    let empty = FilterState(hasLease: false, owned: sets, resets: sets)
    var farm = ObservedFarm(
      scenario, at: began,
      filters: filters.states(at: began, nodeCount: settings.nodeCount, empty: empty),
      reached: NodeSet(first: settings.nodeCount), keepsTimeline: keepsTimeline)
    var left = filters.moments[...].drop { $0.at <= began }
    for event in atWork(played.events) {
      // An act comes before what the filters make of it.
      while let moment = left.first, moment.at < event.at {
        farm.filterChanged(moment.node, to: moment.state, at: moment.at)
        left.removeFirst()
      }
      switch event.kind {
      case .fault(let index, let isEnd): farm.edge(fault: index, isEnd: isEnd, at: event.at)
      case .reached(let nodes): farm.reachedChanged(nodes, at: event.at)
      case .served(let node, let serves): farm.applicationChanged(node, serves: serves, at: event.at)
      case .returned(let fault): farm.edge(fault: fault, isEnd: true, at: event.at)
      case .ended, .repeatBegan, .repeatEnded: break
      }
    }
    for moment in left.prefix(while: { $0.at < ended }) {
      farm.filterChanged(moment.node, to: moment.state, at: moment.at)
    }
    return farm.finish(at: ended, repeated: played.index, values: played.values)
  }

  /// Seconds from the start of each daemon to its first change of the kernel. Simulated daemons start at once.
  func startTimes(_ events: [LabEvent]) -> [Double] {
    events.flatMap(\.starts).compactMap { node, start in
      filters.firstAct(of: node, from: start).map { Double(($0 - start).nanoseconds) * 1e-9 }
    }
  }

  /// The events in order of time. Those that start daemons have the time when these are at work.
  private func atWork(_ events: [LabEvent]) -> [LabEvent] {
    var events = events
    for i in events.indices {
      for (node, start) in events[i].starts {
        events[i].at = max(events[i].at, filters.firstAct(of: node, from: start) ?? start)
      }
    }
    return events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(
      \.element)
  }
}
