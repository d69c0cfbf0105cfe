import Engine

/// The values of a run's measures, filled in by name.
struct MeasureValues: Sendable {
  /// By position in ``Measures/all``.
  private(set) var values = [Double?](repeating: nil, count: Measures.all.count)

  /// - Precondition: the measure exists.
  mutating func set(_ name: String, _ value: Double?) {
    guard let i = Measures.index(of: name) else { preconditionFailure("no measure is called \(name)") }
    values[i] = value
  }
  mutating func set(_ name: String, _ value: Int?) { set(name, value.map(Double.init)) }
  mutating func set(_ name: String, nanoseconds: UInt64) { set(name, Double(nanoseconds) * 1e-9) }

  /// What the rebalances say together.
  mutating func take(_ rebalances: [Rebalance]) {
    func seconds(_ part: (Rebalance) -> Duration?) -> [Double] {
      rebalances.compactMap(part).map { Double($0.nanoseconds) * 1e-9 }
    }
    let totals = seconds { $0.total }
    set("rebalance_time.max", totals.max())
    set("rebalance_time.mean", totals.isEmpty ? nil : totals.reduce(0, +) / Double(totals.count))
    set("rebalance_time.detection.max", seconds { $0.detection }.max())
    set("rebalance_time.decision.max", seconds { $0.decision }.max())
    set("rebalance_time.commit.max", seconds { $0.commit }.max())
    set("rebalance_time.first_packet.max", seconds { $0.firstPacket }.max())
    if !rebalances.isEmpty {
      set("buckets_moved", rebalances.reduce(0) { $0 + $1.bucketsMoved })
      set("buckets_moved.minimum", rebalances.reduce(0) { $0 + $1.bucketsMovedMinimum })
    }
  }

  /// What the filters' changes say, once the meter is finished.
  mutating func take(_ ownership: OwnershipMeter) {
    set("double_owner_time.total", nanoseconds: ownership.doubleTotal)
    set("double_owner_time.longest", nanoseconds: ownership.doubleLongest)
    guard ownership.formedAt != nil else { return }
    set("hole_time.total", nanoseconds: ownership.holeTotal)
    set("hole_time.longest", nanoseconds: ownership.holeLongest)
    set("unreached_time.total", nanoseconds: ownership.unreachedTotal)
    set("unreached_time.longest", nanoseconds: ownership.unreachedLongest)
    var counts: [Int] = []
    for g in 0..<(ownership.offsets.count - 1) {
      let group = ownership.counts(of: GroupID(g))
      counts = counts.isEmpty ? group : zip(counts, group).map { $0 + $1 }
    }
    let shares = try? Statistics.skew(counts.filter { $0 > 0 }.map(Double.init))
    set("skew.buckets.max_over_mean", shares?.maxOverMean)
  }

  /// What the clients saw.
  mutating func take(_ totals: TrafficTotals, weights: [Double]) {
    func seconds(_ d: Duration?) -> Double? { d.map { Double($0.nanoseconds) * 1e-9 } }
    set("client_outage.max", seconds(totals.clientOutageMax))
    set("client_outage.mean", seconds(totals.clientOutageMean))
    set("flows_opened", totals.flowsOpened)
    set("flows_kept", totals.flowsKept)
    set("flows_broken", totals.flowsBroken)
    set("flows_broken.outside_failed_nodes", totals.flowsBrokenOutsideFailedNodes)
    set("flows_reset", totals.flowsReset)
    set("flows_reset.outside_failed_nodes", totals.flowsResetOutsideFailedNodes)
    let (connects, requests) = (totals.connects, totals.requests)
    set("flows_lost.with_failed_nodes", connects.lostWithNode + requests.lostWithNode)
    set("flows_lost.elsewhere", connects.lostElsewhere + requests.lostElsewhere)
    set("connects_begun", connects.begun)
    set("connects_repeated", connects.repeated)
    set("connects_failed", connects.unanswered)
    set("connects_waiting", connects.waiting)
    set("connects_reset", totals.connectsReset)
    set("requests_sent", requests.begun)
    set("requests_repeated", requests.repeated)
    set("requests_failed", requests.unanswered)
    set("requests_waiting", requests.waiting)
    set("sessions_moved", totals.sessionsMoved)
    set("flows_moved", totals.flowsMoved)
    set("packets_sent", totals.packetsSent)
    set("packets_lost", totals.packetsLost)
    set("packets_twice", totals.packetsTwice)
    set("skew.flows.max_over_mean", totals.skew(of: .flows, weights: weights)?.maxOverMean)
    let packets = totals.skew(of: .packets, weights: weights)
    set("skew.packets.max_over_mean", packets?.maxOverMean)
    set("skew.packets.variation", packets?.variation)
    set("skew.packets.jain", packets?.jain)
  }
}
