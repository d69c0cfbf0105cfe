import Engine
import LinuxBackend
import Sim
import Synchronization

/// The watch of a lab's farm: follows its machines as they come and go, and turns the play into trials.
public final class LabWatch: Sendable {
  private let scenario: Scenario
  private let filters: FilterWatch
  private let failures = Mutex<[LabError]>([])

  /// - Parameters:
  ///   - scenario: what the lab plays: the plan's.
  ///   - table: the name of the daemons' tables.
  public init(_ scenario: Scenario, table: String) throws(LabError) {
    self.scenario = scenario
    filters = try FilterWatch(
      table: table, bucketCounts: scenario.farm.settings.ownershipGroups.map(\.bucketCount))
  }

  /// Whom the lab has to tell.
  public var observer: LabObserver {
    var observer = LabObserver()
    observer.nodeBuilt = { [self] node, namespace in
      do throws(LabError) {
        try filters.add(node, namespace: namespace.descriptor)
      } catch {
        failures.withLock { $0.append(error) }
      }
    }
    observer.nodeLost = { [self] node, at in filters.remove(node, at: at) }
    return observer
  }

  /// Ends the watch and measures what it saw.
  /// - Returns: a trial a repeat; the first keeps its owners over time.
  /// - Throws: the watch did not see everything.
  public func trials(of outcome: LabOutcome) throws(LabError) -> [TrialResult] {
    filters.stop()
    if let error = failures.withLock(\.first) ?? filters.failure { throw error }
    let history = FilterHistory(filters.take(), until: MonotonicClock.now)
    let record = FarmRecord(scenario: scenario, filters: history)
    return outcome.repeats.map { played in
      record.trial(
        played.index, from: played.began, to: played.ended, events: played.events, values: played.values,
        keepsTimeline: played.index == 0)
    }
  }

  /// How many times a kernel announced more than could be read: instants around then are not exact.
  public var overruns: Int { filters.overruns }
}
