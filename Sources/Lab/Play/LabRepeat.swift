import Engine

/// One repeat of a plan's faults: what was done, and what clients saw.
public struct LabRepeat: Sendable {
  /// From 0. Its clients are those of the simulator's trial with the same number.
  public var index: Int
  /// When the trial's time was 0, and when it ended, by `CLOCK_MONOTONIC`.
  public var began: Instant
  public var ended: Instant
  public var events: [LabEvent]
  /// By position in ``Sim/Measures/all``; `nil` for measures that clients do not see.
  public var values: [Double?]
  public var clientEvents: [ClientEvent]
  public var probes: [ProbeRecord]
}
