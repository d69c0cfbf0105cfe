import Engine

/// The application of one simulated node: what it does to probes and to clients.
struct Application: Sendable {
  enum Condition: UInt8, Sendable, Hashable {
    case running
    /// Answers nothing, though its kernel accepts connections.
    case hung
    /// Still down, but on its way up.
    case starting
    case down
  }

  var condition = Condition.running
  /// How much later than usual it answers.
  var delay = Duration.zero
  /// Whether it was told to stop, and has not been told to start since.
  var isStopped = false
  /// The serial of its last start: events of earlier ones are void.
  var serial: UInt32 = 0

  var refuses: Bool { condition == .down || condition == .starting }

  /// The answer that a probe finds when it arrives; `nil` if none ever comes.
  /// - Parameter isReached: whether the node's own network works, for `ping` and `interface` probes.
  func answer(to kind: CheckerKind, isReached: Bool) -> ProbeResult? {
    switch kind {
    case .ping, .interface: isReached ? .ok : .failed
    // The kernel completes the handshake, and the process exists, whatever the application does.
    case .tcp, .process: refuses ? .failed : .ok
    case .http, .command:
      switch condition {
      case .running: .ok
      case .hung: nil
      case .starting, .down: .failed
      }
    }
  }
}

/// A node's checkers in the world: their state machine, its timer, and what waits for a daemon that stands still.
struct Checks: Sendable {
  var health: Health
  var wakeAt = Instant.never
  var timerSerial: UInt32 = 0
  /// Probes that arrived while the daemon stood still.
  var waiting: [ProbeID] = []
  /// The command that goes to the application once the kernel has done all that it was asked for.
  var command: CommandID?
  /// The fault that struck the application last, until the node is healthy again.
  var struckBy: Int?
  /// Whether their last verdict took the node out of service.
  var isOut = false

  init(_ settings: HealthSettings) { health = Health(settings) }
}
