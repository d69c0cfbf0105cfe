import Engine

/// The application of one simulated node: what it does to probes and to clients.
struct Application: Sendable {
  enum Condition: UInt8, Sendable, Hashable {
    case running
    /// Accepts connections, by its kernel, and answers nothing.
    case hung
    /// Down, and on its way.
    case starting
    case down
  }

  var condition = Condition.running
  /// How much later it answers.
  var delay = Duration.zero
  /// Whether it was told to stop, and not to start since.
  var isStopped = false
  /// Of its last start: an earlier one is void.
  var serial: UInt32 = 0

  var refuses: Bool { condition == .down || condition == .starting }

  /// What a probe finds when it comes to the application; `nil`: no answer, ever.
  /// - Parameter isReached: whether the node's own network works, for probes of the surroundings.
  func answer(to kind: CheckerKind, isReached: Bool) -> ProbeResult? {
    switch kind {
    case .ping, .interface: isReached ? .ok : .failed
    // The kernel completes the handshake, and the process is there, whatever the application does.
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

/// A node's checkers in the world: the machine, its timer, and what waits for a daemon that stands still.
struct Checks: Sendable {
  var health: Health
  var wakeAt = Instant.never
  var timerSerial: UInt32 = 0
  /// Probes that met the application while the daemon stood still.
  var waiting: [ProbeID] = []
  /// What the application will be told when the kernel has what was asked of it before.
  var command: CommandID?
  /// The fault that struck the application last, until the node is healthy again.
  var struckBy: Int?
  /// Whether they said last that the node is not to serve.
  var isOut = false

  init(_ settings: HealthSettings) { health = Health(settings) }
}
