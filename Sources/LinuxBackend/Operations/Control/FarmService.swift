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
