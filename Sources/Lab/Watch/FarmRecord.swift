import Engine
import Sim

/// What was seen of a real farm from outside, and what it says by the simulator's measures.
struct FarmRecord: Sendable {
  /// What both sides play.
  var scenario: Scenario
  var filters: FilterHistory

  /// One repeat as a trial: every bucket's owners at their real times, counted from the repeat's beginning.
  /// - Parameters:
  ///   - events: what was done, in the order it was done.
  ///   - values: what clients saw, by position in ``Sim/Measures/all``.
  ///   - keepsTimeline: whether the owners over time are kept, for a chart.
  func trial(
    _ index: Int, from began: Instant, to ended: Instant, events: [LabEvent], values: [Double?],
    keepsTimeline: Bool
  ) -> TrialResult {
    let settings = scenario.farm.settings
    let sets = settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
    let empty = FilterState(hasLease: false, owned: sets, resets: sets)
    var farm = ObservedFarm(
      scenario, at: began,
      filters: filters.states(at: began, nodeCount: settings.nodeCount, empty: empty),
      reached: NodeSet(first: settings.nodeCount), keepsTimeline: keepsTimeline)
    var left = filters.moments[...].drop { $0.at <= began }
    for event in events {
      // What was done comes before what the filters make of it.
      while let moment = left.first, moment.at < event.at {
        farm.filterChanged(moment.node, to: moment.state, at: moment.at)
        left.removeFirst()
      }
      switch event.kind {
      case .fault(let index, let isEnd): farm.edge(fault: index, isEnd: isEnd, at: event.at)
      case .reached(let nodes): farm.reachedChanged(nodes, at: event.at)
      case .repeatBegan, .repeatEnded: break
      }
    }
    for moment in left.prefix(while: { $0.at < ended }) {
      farm.filterChanged(moment.node, to: moment.state, at: moment.at)
    }
    return farm.finish(at: ended, repeated: index, values: values)
  }
}
