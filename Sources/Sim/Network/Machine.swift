import Engine

/// What the world knows of one node's machine beside its kernel filter: power, daemon, timer, waiting inputs.
struct Machine: Sendable {
  /// How many datagrams wait in the daemon's socket buffer while it stands still; more are dropped.
  static let socketBuffer = 256

  var isPowered = true
  var isDaemonRunning = false
  /// The whole machine stands still, or only its daemon.
  var isPaused = false
  var isStalled = false
  /// Rises with every start and end of the daemon: answers for an earlier one are void.
  var generation: UInt32 = 0
  var starts: UInt64 = 0
  /// What the daemon stored of its last start.
  var storedIncarnation = Incarnation(0)

  /// Which of the scenario's files it has, and which one its daemon follows in what is its own: see ``World/policy(of:)``.
  var file = 0
  var policy = 0
  /// The configuration that its daemon has in force.
  var inForce = 0
  /// What a daemon left that was taken away to be replaced.
  var left: Resumption?

  /// The instant the daemon wants its timer; ``Engine/Instant/never`` if it wants none.
  var wakeAt = Instant.never
  /// When the valid timer event is due, and its serial.
  var timerAt = Instant.never
  var timerSerial: UInt32 = 0

  /// What came while the daemon stood still, in order.
  var inbox: [Input] = []
  var waitingDatagrams = 0

  /// Whether frames arrive, as the daemon was told last, and the serial of what it is about to notice.
  var toldFramesArrive = true
  var framesSerial: UInt32 = 0

  /// Since when the daemon runs without standing still.
  var undisturbedSince = Instant.zero
  /// A fault stops this node from serving, or has since its lease was last renewed: its flows are its own to lose.
  var isFailing = false
  /// By space (``BucketSpaces``): the tracked flows that the daemon was told last; `nil` if it was told nothing yet.
  var toldFlows: [TrackedFlows?] = []

  var isHeld: Bool { isPaused || isStalled }
  var canStep: Bool { isDaemonRunning && !isPaused && !isStalled }

  /// The daemon is gone, with all that waited for it.
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
