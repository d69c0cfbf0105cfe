import Engine
import LinuxBackend

/// One repeat of a plan's faults: what was done, and what clients saw.
public struct LabRepeat: Sendable {
  /// From 0. Its clients are those of the simulator's trial with the same number.
  public var index: Int
  /// When the trial's time was 0, and when it ended, by `CLOCK_MONOTONIC`.
  public var began: Instant
  public var ended: Instant
  public var events: [LabEvent]
  /// By position in ``Measure``; `nil` for measures that clients do not see.
  public var values: [Double?]
  public var clientEvents: [ClientEvent]
  public var probes: [ProbeRecord]
}

extension LabRepeat {
  /// Adds the times when nodes returned that checks had taken out of service, as their daemons logged them. From
  /// outside, nothing tells such a return from any other move.
  mutating func noteReturns(_ farm: LabFarm, _ logs: [String: String]) {
    var found: [LabEvent] = []
    for (i, event) in events.enumerated() {
      guard case .fault(let index, isEnd: false) = event.kind else { continue }
      let kind = farm.plan.scenario.faults[index].kind
      guard kind.isOfApplication else { continue }
      for node in kind.nodesNamed {
        // A return belongs to the fault that struck last.
        let next = events[(i + 1)...].first { other in
          guard case .fault(let index, isEnd: false) = other.kind else { return false }
          let kind = farm.plan.scenario.faults[index].kind
          return kind.isOfApplication && kind.nodesNamed.contains(node)
        }
        let end = next?.at ?? ended
        let returns = LabRepeat.returns(logs["\(farm.name(node)).farmd.log"] ?? "")
        if let at = returns.first(where: { $0 > event.at && $0 < end }) {
          found.append(LabEvent(at: at, kind: .returned(fault: index)))
        }
      }
    }
    events = (events + found).enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      .map(\.element)
  }

  /// When a daemon said that its node may serve, by the monotonic clock, to the millisecond of the log.
  static func returns(_ log: String) -> [Instant] {
    DaemonLog.lines(log).filter { $0.text.contains(CheckerLog.mayServe) }.map(\.at)
  }
}
