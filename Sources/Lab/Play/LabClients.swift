import Engine
import Foundation
import Sim
import Synchronization

/// The clients of one trial, on a thread of their own in the clients' namespace.
final class LabClients: Sendable {
  private let state = Mutex(State())
  private let isStopRequested = Atomic<Bool>(false)
  private let done = DispatchSemaphore(value: 0)

  private struct State {
    var seen = Seen()
    var hasEnded = false
  }

  /// What the clients saw.
  struct Seen: Sendable {
    var events: [ClientEvent] = []
    var probes: [ProbeRecord] = []
    var open: [(node: NodeID?, since: UInt64)] = []
  }

  init(
    _ scenario: Scenario, trial: Int, origin: Instant, in namespace: NetworkNamespace, probesPerSecond: Int
  ) throws(LabError) {
    let probing = ProbePlan(scenario.farm, perSecond: probesPerSecond)
    let thread = Thread { [self] in
      var seen = Seen()
      do throws(LabError) {
        try namespace.enter()
        let loop = try ClientLoop(
          scenario, seed: scenario.run.seed, trial: trial, origin: origin, probing: probing)
        loop.run { self.isStopRequested.load(ordering: .relaxed) }
        seen = Seen(events: loop.events, probes: loop.probes, open: loop.openAtEnd)
      } catch {
        // Without a poller there are no clients, and the counts show it.
      }
      state.withLock { $0.seen = seen }
      done.signal()
    }
    thread.name = "lab-clients"
    thread.start()
  }

  /// Waits for the end of the trial, which is near.
  func finish() -> Seen {
    end()
    return state.withLock { $0.seen }
  }

  /// Ends the trial early.
  func stop() {
    isStopRequested.store(true, ordering: .relaxed)
    end()
  }

  private func end() {
    if state.withLock({ $0.hasEnded }) { return }
    done.wait()
    state.withLock { $0.hasEnded = true }
  }
}

extension LabClients.Seen {
  /// The tally for the measures of a repeat.
  func tally(_ plan: LabPlan, _ played: LabRepeat) -> ClientTally {
    let scenario = plan.scenario
    func time(_ instant: Instant) -> UInt64 { UInt64(max(0, (instant - played.began).nanoseconds)) }
    var failures: [ClientTally.Failure] = []
    for (i, event) in played.events.enumerated() {
      guard case .fault(let index, isEnd: false) = event.kind else { continue }
      let kind = scenario.faults[index].kind
      let all = NodeSet(first: scenario.farm.nodes.count)
      let nodes = kind.failing(of: all).union(scenario.hidden(by: kind))
      for node in nodes {
        var failure = ClientTally.Failure(
          node: node, at: time(event.at), until: time(event.at), losesFlows: kind.traits.losesFlows)
        if kind.isOfApplication {
          // The node's kernel continues to accept connections until the application serves them again.
          let end = played.events[i...].first { $0.kind == .served(node, true) }
          failure.until = end.map { time($0.at) } ?? .max
        } else if !kind.traits.losesFlows {
          // A fault that keeps a node from serving may break connections until it ends.
          let end = played.events[i...].first { $0.kind == .fault(index: index, isEnd: true) }
          failure.until = end.map { time($0.at) } ?? .max
        }
        failures.append(failure)
      }
    }
    return ClientTally(
      events: events.sorted { $0.at < $1.at }, open: open, failures: failures,
      endings: played.events.compactMap { if case .ended = $0.kind { time($0.at) } else { nil } },
      hasApplications: scenario.hasApplications,
      isOnlyDatagrams: scenario.traffic.allSatisfy { scenario.rule(of: $0).transport == .udp },
      hasTraffic: !scenario.traffic.isEmpty)
  }
}
