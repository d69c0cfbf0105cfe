import Engine

/// One machine of a ``TestFarm``: a daemon, its kernel, its clock, and what its frames do not reach.
struct TestMachine {
  var node: Node
  var kernel: TestKernel
  /// The machines that do not get its frames.
  var cut = NodeSet.empty
  /// The same by network.
  var networkCut: [NodeSet]
  private(set) var isRunning = false
  /// Whether its daemon stands still: its inputs wait.
  var isStalled = false
  /// Whether its daemon is gone while its kernel goes on.
  private(set) var isAway = false
  /// What the daemon left that is away.
  private(set) var left: Resumption?
  /// What speaks instead of a daemon.
  var puppet: Puppet?
  /// Whether the farm records its steps.
  var isWatched = false
  /// When its daemon wants its timer.
  var wake = Instant.never
  /// How far its clock is behind: one that was set back does not know of the time between.
  private var lag = Duration.zero
  /// The boot ids of all its lives.
  private var boots: [BootID] = []
  private var held: [Input] = []

  init(_ node: Node) {
    self.node = node
    kernel = TestKernel(node.settings)
    networkCut = Array(repeating: .empty, count: node.settings.networks.count)
  }

  var settings: Settings { node.settings }

  /// Whether its timer can come.
  var isAwake: Bool { isRunning && !isStalled }

  /// Whether its kernel accepts what its filter says.
  func isAccepting(at now: Instant) -> Bool { (isRunning || isAway) && kernel.lease > now }

  /// Whether its daemon has a lease.
  func isServing(at now: Instant) -> Bool { isRunning && kernel.lease > now }

  /// Gives its daemon an input. One that stands still takes it later, unless it is the timer.
  /// - Returns: `nil` if it is not taken now.
  mutating func take(_ input: Input, at now: Instant, into actions: inout [Action]) -> Outcome? {
    if isAwake { return node.step(input, at: now - lag, into: &actions) }
    if case .timer = input { return nil }
    if isRunning { held.append(input) }
    return nil
  }

  /// Sets the timer, as the daemon's clock says it.
  mutating func wake(at time: Instant) { wake = time == .never ? .never : time + lag }

  /// The daemon begins a new life.
  /// - Returns: what it is started with, which the caller gives it.
  mutating func start(at now: Instant, number: Int, knowsItsBoots: Bool) -> Start {
    isRunning = true
    let boot = BootID(0x1234_5678_9abc_def0 &* UInt64(number + 1) &+ now.nanoseconds)
    defer { boots.append(boot) }
    return Start(
      incarnation: Incarnation(1_000_000 + now.nanoseconds / 1_000_000), bootID: boot,
      formerBootIDs: knowsItsBoots ? boots : [])
  }

  /// The daemon and its kernel are gone at once.
  mutating func crash() {
    let refuses = kernel.refuses
    configure(node.settings)
    kernel.refuses = refuses
    (isRunning, isStalled, isAway) = (false, false, false)
    dropInputs()
  }

  /// A stopped machine gets other settings.
  mutating func configure(_ settings: Settings) {
    node = Node(id: node.id, settings: settings)
    kernel = TestKernel(settings)
  }

  /// The daemon is gone with what it waited for, and leaves what its successor can go on with.
  mutating func takeAway() {
    left = node.resumption
    (isRunning, isStalled, isAway) = (false, false, true)
    dropInputs()
  }

  /// A new daemon takes over the kernel as it is.
  /// - Returns: what it is started with, which the caller gives it.
  mutating func replace(
    at now: Instant, number: Int, settings: Settings?, keeping: Resumption?
  ) -> Start {
    (isRunning, isAway) = (true, false)
    kernel.tellAgain()
    let left = keeping ?? left
    // As read from a disk.
    var resume = left.flatMap { Resumption(bytes: $0.bytes) }
    resume?.stagedSettings = left?.stagedSettings
    resume?.owned = kernel.filters
    resume?.resets = kernel.resets
    resume?.leaseLeft = kernel.lease - now
    node = Node(id: node.id, settings: settings ?? node.settings)
    return Start(
      incarnation: Incarnation(1_000_000 + now.nanoseconds / 1_000_000),
      bootID: BootID(0xfedc_ba98 &* UInt64(number + 1) &+ now.nanoseconds), resume: resume)
  }

  /// The daemon goes on after a stall. - Returns: what it has to read first.
  mutating func resume() -> [Input] {
    isStalled = false
    defer { held = [] }
    return held
  }

  /// The machine is as it was at another instant, and does not know that time has passed.
  mutating func setBack(to old: TestMachine, later: Duration) {
    dropInputs()
    node = old.node
    kernel.restore(old.kernel, later: later)
    (isRunning, isAway) = (true, false)
    wake = old.wake == .never ? .never : old.wake + later
    lag = old.lag + later
  }

  private mutating func dropInputs() {
    wake = .never
    held = []
  }
}
