import Engine

/// One node's machine without its kernel filter: power, daemon, timer, waiting inputs.
struct Machine: Sendable {
  /// The most datagrams that wait in the daemon's socket buffer while it stands still; more are dropped.
  static let socketBuffer = 256

  var isPowered = true
  var isDaemonRunning = false
  /// Whether the whole machine stands still, or only its daemon.
  var isPaused = false
  var isStalled = false
  /// Rises with every start and end of the daemon: the kernel's answers to an earlier one are void.
  var generation: UInt32 = 0
  var starts: UInt64 = 0
  /// The incarnation that the daemon stored at its last start.
  var storedIncarnation = Incarnation(0)

  /// The file that the machine has, and the one whose node-local policy its daemon follows: see ``World/policy(of:)``.
  var file = 0
  var policy = 0
  /// The configuration that its daemon has in force.
  var inForce = 0
  /// The state that a daemon left when it was taken away to be replaced.
  var left: Resumption?

  /// The instant the daemon wants its timer; ``Engine/Instant/never`` if it wants none.
  var wakeAt = Instant.never
  /// When the valid timer event is due, and its serial.
  var timerAt = Instant.never
  var timerSerial: UInt32 = 0

  /// Inputs that came while the daemon stood still, in order.
  var inbox: [Input] = []
  var waitingDatagrams = 0

  /// Whether frames arrive, as the daemon was told last, and the serial of the event by which it notices a change.
  var toldFramesArrive = true
  var framesSerial: UInt32 = 0

  /// Since when the daemon has run without standing still.
  var undisturbedSince = Instant.zero
  /// Whether a fault stops this node from serving, or has done so since its lease was last renewed: flows that it loses
  /// are then lost with their node.
  var isFailing = false
  /// By space (``BucketSpaces``): the tracked flows that the daemon was told last; `nil` if it has been told none yet.
  var toldFlows: [TrackedFlows?] = []

  var isHeld: Bool { isPaused || isStalled }
  var canStep: Bool { isDaemonRunning && !isPaused && !isStalled }

  /// Ends the daemon, with all that waited for it.
  mutating func endDaemon() {
    isDaemonRunning = false
    generation &+= 1
    wakeAt = .never
    timerAt = .never
    timerSerial &+= 1
    inbox.removeAll()
    waitingDatagrams = 0
  }
}
