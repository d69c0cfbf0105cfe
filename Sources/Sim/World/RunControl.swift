import Synchronization

/// The progress of running trials, and the way to stop them.
///
/// Only the wish to stop goes into the simulation, so a run stays a function of its seed.
public final class RunControl: Sendable {
  private let stop = Atomic<Bool>(false)
  private let simulated = Atomic<UInt64>(0)
  private let happened = Atomic<UInt64>(0)

  public init() {}

  /// Asks every trial to end where it is; their results are marked partial.
  public func requestStop() { stop.store(true, ordering: .relaxed) }
  public var isStopRequested: Bool { stop.load(ordering: .relaxed) }

  /// Adds simulated nanoseconds and events since the last call.
  public func advance(nanoseconds: UInt64, events: UInt64) {
    simulated.wrappingAdd(nanoseconds, ordering: .relaxed)
    happened.wrappingAdd(events, ordering: .relaxed)
  }
  public var simulatedNanoseconds: UInt64 { simulated.load(ordering: .relaxed) }
  public var events: UInt64 { happened.load(ordering: .relaxed) }
}
