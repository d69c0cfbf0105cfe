import Engine

/// What the control socket and the metrics ask of the running daemon.
///
/// Every call may come from any thread, and none may wait for the farm: an order is given, not awaited.
public protocol FarmService: Sendable {
  /// The daemon's state at this moment.
  func status() async throws -> StatusReport

  /// Gives the node an order. ``Command/resume`` starts a stopped node anew.
  /// - Throws: ``CommandRefused`` if the node refuses it.
  func follow(_ command: Command) async throws

  /// Reads the configuration file again and stages what has changed.
  /// - Returns: one line that says what was done.
  /// - Throws: ``CommandRefused`` with the file's first problem.
  func reload() async throws -> String
}

/// Why an order was refused, in one line for the operator.
public struct CommandRefused: Error, Sendable, Hashable, CustomStringConvertible {
  public var reason: String

  public init(_ reason: String) { self.reason = reason }

  public init(_ refusal: Refusal) {
    switch refusal {
    case .lastNodeUp:
      self.init("this is the last node that is up: nobody would serve; --force drains it all the same")
    case .notRunning: self.init("the node is not up, so there is nothing to drain")
    case .invalidSettings: self.init("the settings contradict each other")
    case .weightOutOfRange: self.init("the weight is above the configured one, or there is no such group")
    }
  }

  public var description: String { reason }
}
