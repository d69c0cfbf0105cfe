import Engine
import Sim

/// What the clients of a trial saw, as values of the simulator's measures.
///
/// Events are counted from the end of the warm-up. A broken connection counts as lost with its node if a ``Failure`` of
/// that node overlaps it; otherwise as lost outside of failed nodes.
struct ClientTally {
  /// In order of time.
  let events: [ClientEvent]
  /// Connections that were open at the end: their nodes, and since when.
  let open: [(node: NodeID?, since: UInt64)]
  /// When faults took nodes' flows away or hid nodes, in the trial's time.
  let failures: [Failure]
  /// When applications ended and the kernels reset their connections, in the trial's time.
  let endings: [UInt64]
  /// Whether a connect may meet a node whose application is down. If not, a refusal counts as a reset.
  let hasApplications: Bool
  let isOnlyDatagrams: Bool
  let hasTraffic: Bool

  /// A time in which a fault is the cause of what breaks on a node.
  struct Failure: Sendable, Hashable {
    var node: NodeID
    var at: UInt64
    /// The fault also breaks connections that begin until then.
    var until: UInt64
    var losesFlows: Bool
  }

  /// By position in ``Sim/Measures/all``; `nil` for measures that clients do not see.
  /// - Parameter start: what happens before is not measured.
  func values(from start: UInt64) -> [Double?] {
    var values = [Double?](repeating: nil, count: Measures.all.count)
    func set(_ name: String, _ value: Double?) { values[Measures.index(of: name)!] = value }
    guard hasTraffic else { return values }
    var counts: [String: Int] = [:]
    var openBefore = 0
    var outages: [Double] = []
    var datagrams = (sent: 0, lost: 0, twice: 0)
    for event in events {
      let isMeasured = event.at >= start
      func count(_ name: String) { if isMeasured { counts[name, default: 0] += 1 } }
      switch event.kind {
      case .opened:
        count("flows_opened")
        if !isMeasured { openBefore += 1 }
      case .kept, .broken, .reset:
        if !isMeasured { openBefore -= 1 }
        count(event.kind.measure)
        if case .broken(let node, let since) = event.kind, !hasFailed(node, from: since, to: event.at) {
          count("flows_broken.outside_failed_nodes")
        }
      case .connectFailed: count("connects_failed")
      case .connectReset(let since):
        if endings.contains(where: { $0 >= since && $0 <= event.at }) {
          // The kernel had accepted it for an application that ended before it read it.
          count("flows_opened")
          count("flows_reset")
        } else {
          count("connects_reset")
        }
      case .connectRefused: count(hasApplications ? "connects_refused" : "connects_reset")
      case .requestFailed: count("requests_failed")
      case .sessionMoved: count("sessions_moved")
      case .notPlayed: break
      case .outage(let since):
        if isMeasured { outages.append(Double(event.at - max(since, start)) * 1e-9) }
      case .datagram(let answers):
        guard isMeasured else { break }
        datagrams.sent += 1
        datagrams.lost += answers == 0 ? 1 : 0
        datagrams.twice += answers > 1 ? 1 : 0
      }
    }
    // A flow whose node has lost it is broken, although its client does not know it yet.
    let lost = open.filter { flow in
      failures.contains { $0.losesFlows && $0.node == flow.node && $0.at > flow.since }
    }.count
    counts["flows_opened", default: 0] += openBefore
    counts["flows_kept", default: 0] += open.count - lost
    counts["flows_broken", default: 0] += lost
    for name in Self.counted { set(name, Double(counts[name] ?? 0)) }
    if hasApplications { set("connects_refused", Double(counts["connects_refused"] ?? 0)) }
    set("client_outage.max", outages.max())
    set("client_outage.mean", outages.isEmpty ? nil : outages.reduce(0, +) / Double(outages.count))
    if isOnlyDatagrams {
      set("packets_sent", Double(datagrams.sent))
      set("packets_lost", Double(datagrams.lost))
      set("packets_twice", Double(datagrams.twice))
    }
    return values
  }

  static let counted = [
    "flows_opened", "flows_kept", "flows_broken", "flows_broken.outside_failed_nodes", "flows_reset",
    "connects_failed", "connects_reset", "requests_failed", "sessions_moved",
  ]

  /// - Parameter node: `nil` if it is not known; then any failure counts.
  private func hasFailed(_ node: NodeID?, from: UInt64, to: UInt64) -> Bool {
    failures.contains { (node == nil || $0.node == node) && $0.until >= from && $0.at <= to }
  }
}

extension ClientEvent.Kind {
  fileprivate var measure: String {
    switch self {
    case .kept: "flows_kept"
    case .reset: "flows_reset"
    default: "flows_broken"
    }
  }
}
