import Engine

/// One time that a lab played the faults of its plan: what was done, and what clients saw.
public struct LabRepeat: Sendable {
  /// From 0; its clients are those of the simulator's trial of the same number.
  public var index: Int
  /// When the trial's time was 0, and when it was over: `CLOCK_MONOTONIC`.
  public var began: Instant
  public var ended: Instant
  public var events: [LabEvent]
  /// By position in ``Sim/Measures/all``; `nil` for what clients do not see.
  public var values: [Double?]
  public var clientEvents: [ClientEvent]
  public var probes: [ProbeRecord]
}
