import Engine

/// A real farm as seen from outside: filters, machines and faults at their real times, measured as the simulator
/// measures its own.
///
/// Times come from the observer's clock; the result counts from the beginning, as a trial does. Measures that only the
/// nodes themselves know (view changes, when a commit was issued) have no value in it.
public struct ObservedFarm: Sendable {
  private let scenario: Scenario
  private let began: Instant
  private var meters: FilterMeters
  private var filters: [FilterState]
  private var reached: NodeSet
  /// Nodes that lost power in a crash, until their filters accept again: they own nothing, reached or not.
  private var dark = NodeSet.empty
  /// Nodes whose application serves; `nil` if applications do not matter in the scenario.
  private var serving: NodeSet?
  private var applications: ApplicationMeter

  /// - Parameters:
  ///   - filters: by node, as they are at the beginning.
  ///   - reached: the nodes that clients' frames reach and whose answers reach clients.
  /// - Precondition: a filter for every node, with the scenario's groups.
  public init(
    _ scenario: Scenario, at began: Instant, filters: [FilterState], reached: NodeSet, keepsTimeline: Bool
  ) {
    precondition(filters.count == scenario.farm.settings.nodeCount, "a filter for every node")
    self.scenario = scenario
    self.began = began
    self.filters = filters
    self.reached = reached
    meters = FilterMeters(scenario, keepsTimelines: keepsTimeline)
    applications = ApplicationMeter(nodeCount: filters.count)
    serving = scenario.hasApplications ? NodeSet(first: filters.count) : nil
    let groups = scenario.farm.settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
    let empty = FilterState(hasLease: false, owned: groups, resets: groups)
    for n in filters.indices {
      let node = NodeID(n)
      _ = meters.filterChanged(
        node, from: empty, to: filters[n], outside(node), issued: nil, at: .zero)
    }
  }

  /// A node's kernel filter has changed, or its lease has begun or ended.
  public mutating func filterChanged(_ node: NodeID, to state: FilterState, at now: Instant) {
    let before = filters[node.index]
    filters[node.index] = state
    if state.hasLease { dark.remove(node) }
    _ = meters.filterChanged(
      node, from: before, to: state, outside(node), issued: nil, at: time(now))
    applicationMeterChanged(node, at: now)
  }

  /// From now on the network lets clients get answers from these nodes only.
  public mutating func reachedChanged(_ nodes: NodeSet, at now: Instant) {
    let changed = reached.union(nodes).subtracting(reached.intersection(nodes))
    reached = nodes
    for node in changed {
      _ = meters.machineChanged(node, filters[node.index], outside(node), at: time(now))
      applicationMeterChanged(node, at: now)
    }
  }

  /// A node's application serves from now on, or no longer does. All serve at the beginning.
  public mutating func applicationChanged(_ node: NodeID, serves: Bool, at now: Instant) {
    if serves { serving?.insert(node) } else { serving?.remove(node) }
    meters.applicationChanged(node, serves: serves, filters[node.index], at: time(now))
    applicationMeterChanged(node, at: now)
  }

  /// Counts the buckets that a node accepts though its application does not serve them.
  private mutating func applicationMeterChanged(_ node: NodeID, at now: Instant) {
    guard let serving else { return }
    let isLeftAlone = !serving.contains(node) && meters.coverage.listening >> UInt64(node.rawValue) & 1 == 1
    let accepted = isLeftAlone ? filters[node.index].owned.reduce(0) { $0 + $1.count } : 0
    applications.set(node.index, accepted: accepted, at: time(now))
  }

  /// A fault of the scenario begins or ends.
  public mutating func edge(fault: Int, isEnd: Bool, at now: Instant) {
    meters.edge(fault, isEnd: isEnd, kind: scenario.faults[fault].kind, at: time(now))
    if !isEnd, case .crash(let nodes) = scenario.faults[fault].kind {
      dark = dark.union(nodes)
      for node in nodes {
        _ = meters.machineChanged(node, filters[node.index], outside(node), at: time(now))
        applicationMeterChanged(node, at: now)
      }
    }
    guard !isEnd, case .weight(let nodes, let group, let weight) = scenario.faults[fault].kind else { return }
    for node in nodes { meters.shares.set(weight, of: node, group) }
  }

  /// Ends the observation.
  /// - Parameters:
  ///   - repeated: the number of the repeat, from 0.
  ///   - values: values that others measured, by position in ``Measure``; they replace those measured here.
  public consuming func finish(at now: Instant, repeated: Int, values others: [Double?]) -> TrialResult {
    meters.finish(at: time(now))
    meters.shares.inService = NodeSet(bits: meters.coverage.listening & meters.coverage.heard.bits)
    let found = meters.rebalances.results(end: time(now)) { _ in nil }
    var values = MeasureValues()
    values.take(found, end: time(now))
    values.take(meters.ownership, shares: meters.shares)
    if serving != nil {
      applications.finish(at: time(now))
      values.take(applications)
    }
    values.override(others)
    var outcome = RunOutcome()
    outcome.take(meters.ownership)
    outcome.leavingAlone = applications.longestNode
    return TrialResult(
      seed: 0, trial: repeated, digest: Digest(rawValue: 0), end: time(now), isPartial: false,
      values: values.values, rebalances: found,
      ownership: meters.ownership.timelines,
      load: LoadTimeline(binWidth: .seconds(1), accepted: [], lost: [], twice: []), timeline: [], skew: [],
      outcome: outcome, censored: values.censored, formedAt: meters.ownership.formedAt,
      unsettled: meters.ownership.unsettled)
  }

  private func outside(_ node: NodeID) -> FilterMeters.Outside {
    FilterMeters.Outside(
      isRunning: !dark.contains(node), isReached: reached.contains(node), isHeard: reached.contains(node))
  }

  private func time(_ now: Instant) -> Instant { .zero + max(.zero, now - began) }
}
