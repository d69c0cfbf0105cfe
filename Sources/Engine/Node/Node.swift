/// One node of a farm: everything that happens to it goes in as an ``Input``, everything it wants done comes
/// out as an ``Action``.
public struct Node: Sendable {
  public let id: NodeID
  public private(set) var settings: Settings
  public internal(set) var status: Status = .stopped

  /// A stopped node. - Precondition: `settings.problems()` is empty and `id` is configured.
  public init(id: NodeID, settings: Settings) {
    precondition(id.index < settings.nodeCount, "a node that is not configured")
    self.id = id
    self.settings = settings
  }

  /// Takes one input at an instant that never decreases and appends what shall be done.
  @discardableResult
  public mutating func step(_ input: Input, at now: Instant, into actions: inout [Action]) -> Outcome {
    .notRunning
  }
}
