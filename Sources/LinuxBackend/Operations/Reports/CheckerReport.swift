/// How a node's checkers stand, for status and metrics.
public struct CheckerReport: Codable, Sendable, Hashable {
  /// Whether the node may serve, as far as the checkers know.
  public var isHealthy: Bool
  /// Whether an operator must resume the node.
  public var isHeldOut: Bool
  public var checkers: [Entry]

  public init(isHealthy: Bool, isHeldOut: Bool, checkers: [Entry]) {
    self.isHealthy = isHealthy
    self.isHeldOut = isHeldOut
    self.checkers = checkers
  }

  /// One checker. Counts and times are since the daemon was started, or since the check first appeared in the farm
  /// file.
  public struct Entry: Codable, Sendable, Hashable {
    public var name: String
    public var isWell: Bool
    /// Why its last probe failed; `nil` if that succeeded.
    public var reason: String?
    /// Probes that have begun, and those that failed.
    public var runs: UInt64
    public var failures: UInt64
    /// How long the last probe took that has ended; `nil` if none has.
    public var secondsOfRun: Double?
    /// Seconds since the last probe failed; `nil` if none has.
    public var secondsSinceFailure: Double?
    /// How often each action was taken, by its name in the farm file.
    public var actions: [CountReport]

    public init(
      name: String, isWell: Bool, reason: String? = nil, runs: UInt64 = 0, failures: UInt64 = 0,
      secondsOfRun: Double? = nil, secondsSinceFailure: Double? = nil, actions: [CountReport] = []
    ) {
      self.name = name
      self.isWell = isWell
      self.reason = reason
      self.runs = runs
      self.failures = failures
      self.secondsOfRun = secondsOfRun
      self.secondsSinceFailure = secondsSinceFailure
      self.actions = actions
    }
  }
}
