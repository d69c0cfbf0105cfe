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

  /// By position in ``Measure``; `nil` for measures that clients do not see.
  /// - Parameter start: what happens before is not measured.
  func values(from start: UInt64) -> [Double?] {
    var values = [Double?](repeating: nil, count: Measure.allCases.count)
    func set(_ measure: Measure, _ value: Double?) { values[measure.index] = value }
    guard hasTraffic else { return values }
    var counts: [Measure: Int] = [:]
    var openBefore = 0
    var outages: [Double] = []
    var datagrams = (sent: 0, lost: 0, twice: 0)
    for event in events {
      let isMeasured = event.at >= start
      func count(_ measure: Measure) { if isMeasured { counts[measure, default: 0] += 1 } }
      switch event.kind {
      case .opened:
        count(.flowsOpened)
        if !isMeasured { openBefore += 1 }
      case .kept:
        if !isMeasured { openBefore -= 1 }
        count(.flowsKept)
      case .broken(let node, let since):
        if !isMeasured { openBefore -= 1 }
        count(.flowsBroken)
        if !hasFailed(node, from: since, to: event.at) { count(.flowsBrokenOutsideFailedNodes) }
      case .reset:
        if !isMeasured { openBefore -= 1 }
        count(.flowsReset)
      case .connectFailed: count(.connectsFailed)
      case .connectReset(let since):
        if endings.contains(where: { $0 >= since && $0 <= event.at }) {
          // The kernel had accepted it for an application that ended before it read it.
          count(.flowsOpened)
          count(.flowsReset)
        } else {
          count(.connectsReset)
        }
      case .connectRefused: count(hasApplications ? .connectsRefused : .connectsReset)
      case .requestFailed: count(.requestsFailed)
      case .sessionMoved: count(.sessionsMoved)
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
    counts[.flowsOpened, default: 0] += openBefore
    counts[.flowsKept, default: 0] += open.count - lost
    counts[.flowsBroken, default: 0] += lost
    for measure in Self.counted { set(measure, Double(counts[measure] ?? 0)) }
    if hasApplications { set(.connectsRefused, Double(counts[.connectsRefused] ?? 0)) }
    set(.clientOutageMax, outages.max())
    set(.clientOutageMean, outages.isEmpty ? nil : outages.reduce(0, +) / Double(outages.count))
    if isOnlyDatagrams {
      set(.packetsSent, Double(datagrams.sent))
      set(.packetsLost, Double(datagrams.lost))
      set(.packetsTwice, Double(datagrams.twice))
    }
    return values
  }

  static let counted: [Measure] = [
    .flowsOpened, .flowsKept, .flowsBroken, .flowsBrokenOutsideFailedNodes, .flowsReset,
    .connectsFailed, .connectsReset, .requestsFailed, .sessionsMoved,
  ]

  /// - Parameter node: `nil` if it is not known; then any failure counts.
  private func hasFailed(_ node: NodeID?, from: UInt64, to: UInt64) -> Bool {
    failures.contains { (node == nil || $0.node == node) && $0.until >= from && $0.at <= to }
  }
}
