import Engine

/// The wall clock at which every run begins, 2026-01-01 00:00 UTC, in milliseconds since 1970. Only incarnations are
/// taken from it.
private let wallClockAtStart: UInt64 = 1_767_225_600_000

/// The nodes' daemons: inputs go into the engine, and its actions are performed.
///
/// ``World/give(_:to:)`` takes inputs from outside and ``World/step(_:_:)`` feeds them to the engine. Its actions
/// become datagrams on the networks, operations of the kernel, a timer event or a notice. A daemon has one valid timer
/// event in the queue: a wish for an earlier instant replaces it, a wish for a later one is found when the event fires.
/// A daemon that starts has a new engine; after an upgrade it resumes from the state that the former one left.
extension World {
  /// Gives an input to a node's daemon. It waits while the daemon stands still, and is lost if no daemon runs.
  mutating func give(_ input: Input, to n: Int) {
    guard machines[n].isDaemonRunning else { return }
    guard machines[n].isHeld else { return step(input, n) }
    if case .datagram = input {
      if machines[n].waitingDatagrams == Machine.socketBuffer { return }
      machines[n].waitingDatagrams += 1
    }
    machines[n].inbox.append(input)
  }

  /// Lets the engine take an input and performs the actions that it asks for.
  mutating func step(_ input: Input, _ n: Int) {
    nodes[n].step(input, at: now, into: &actions)
    tellEvents(n)
    perform(n)
    if machines[n].isDaemonRunning && nodes[n].status == .stopped { daemonEnds(n) }
  }

  /// Performs a node's actions from the buffer and empties it.
  mutating func perform(_ n: Int) {
    for i in 0..<actions.count {
      switch actions[i] {
      case .send(let transmission): send(transmission, from: n)
      case .commit(let commit):
        let rules = commit.settings.map { next in files.configuration { $0 == next } }
        issue(.commit(owned: commit.owned, resets: commit.resets, rules: rules), commit.number, n)
      case .renewLease(let number, let length): issue(.renewLease(length), number, n)
      case .endLease(let number): issue(.endLease, number, n)
      case .wake(let at): wake(n, at: at)
      case .notice(let notice): note(notice, of: n)
      }
    }
    actions.removeAll(keepingCapacity: true)
  }

  private mutating func send(_ transmission: Transmission, from n: Int) {
    let sender = NodeID(n)
    let receivers = transmission.to.map { NodeSet($0) } ?? NodeSet(first: nodes.count)
    arrivals.removeAll(keepingCapacity: true)
    var sent = 0
    for k in networks.indices where networks[k].model.carriesHeartbeat {
      guard transmission.networks.contains(NetworkID(k)) else { continue }
      sent += 1
      networks[k].transmit(from: sender, to: receivers, at: now, into: &arrivals)
    }
    heartbeats.sent(sent, by: n, isRelayed: transmission.isRelayed, at: now)
    if arrivals.isEmpty { return }
    let slot = datagrams.store(transmission.bytes, deliveries: arrivals.count)
    for arrival in arrivals {
      queue.insert(
        at: arrival.at,
        Event(
          .delivery, node: n, network: arrival.network.rawValue, index: slot, word: arrival.receivers.bits))
    }
  }

  /// A datagram arrives: every receiver's daemon reads it, in order of id.
  mutating func deliver(_ event: Event) {
    let datagram = Datagram(
      bytes: datagrams[event.index], from: NodeID(Int(event.node)), network: NetworkID(Int(event.network)))
    datagrams.release(event.index)
    for receiver in NodeSet(bits: event.word) { give(.datagram(datagram), to: receiver.index) }
  }

  // MARK: Timer

  private mutating func wake(_ n: Int, at: Instant) {
    machines[n].wakeAt = at
    if at < machines[n].timerAt { scheduleTimer(n) }
  }

  private mutating func scheduleTimer(_ n: Int) {
    machines[n].timerSerial &+= 1
    var at = max(machines[n].wakeAt, now)
    if at != .never, scenario.kernel.timer != .constant(.zero) {
      at = at + scenario.kernel.timer.duration(&timerDice[n])
    }
    machines[n].timerAt = at
    if at != .never { queue.insert(at: at, Event(.timer, node: n, index: machines[n].timerSerial)) }
  }

  /// A timer event is due. It stays in the queue when the node asks for a later instant, so it may be early.
  mutating func timerFires(_ n: Int, serial: UInt32) {
    guard serial == machines[n].timerSerial else { return }
    machines[n].timerAt = .never
    guard machines[n].canStep else { return }
    if machines[n].wakeAt > now { scheduleTimer(n) } else { fireTimer(n) }
  }

  /// Fires the daemon's timer, after telling it the tracked flows that have changed since it was told last.
  private mutating func fireTimer(_ n: Int) {
    machines[n].wakeAt = .never
    // A kernel that does not have the daemon's rules yet counts flows by other buckets.
    if files.spaces.areSame(filters[n].rules, machines[n].inForce) {
      for (g, s) in files.spaces.spaces(of: filters[n].rules).enumerated() {
        traffic.trackedFlows(
          of: NodeID(n), group: GroupID(s), coverage: meters.coverage, into: &countedFlows[s])
        if machines[n].toldFlows[s] != countedFlows[s] {
          machines[n].toldFlows[s] = countedFlows[s]
          step(.flows(GroupID(g), countedFlows[s]), n)
          if !machines[n].isDaemonRunning { return }
        }
      }
    }
    step(.timer, n)
  }

  // MARK: Daemon

  /// Starts the daemon: a stopped engine, a new incarnation, new random bits.
  mutating func startDaemon(_ n: Int) {
    machines[n].endDaemon()
    missesNobody(n)
    machines[n].isDaemonRunning = true
    machines[n].undisturbedSince = now
    machines[n].starts += 1
    for s in files.spaces.all.indices { machines[n].toldFlows[s] = nil }
    let resume = resumption(n)
    machines[n].left = nil
    machines[n].policy = machines[n].file
    let inForce = configuration(of: n, resuming: resume)
    machines[n].inForce = inForce
    nodes[n] = Node(id: NodeID(n), tables: files.tables[inForce])
    if !tellers.isEmpty { tellers[n] = NodeTeller(policy(of: n).notify, nodes[n]) }
    if resume == nil { installRules(n, configuration: inForce) }
    machines[n].toldFramesArrive = true
    watchFrames(n)
    let wall = wallClockAtStart + now.nanoseconds / 1_000_000
    let incarnation = Incarnation(max(machines[n].storedIncarnation.rawValue + 1, wall))
    machines[n].storedIncarnation = incarnation
    var dice = RandomStream(
      seed: seed, trial: trial, entity: UInt64(n) << 24 | machines[n].starts, purpose: .bootID)
    give(.start(Start(incarnation: incarnation, bootID: BootID(dice.next()), resume: resume)), to: n)
    // Settings of a file that is newer than what the daemon resumes are staged once the node runs.
    if inForce != files.configuration(of: machines[n].file) {
      give(.command(.stage(policy(of: n).settings)), to: n)
    }
    startChecks(n)
  }

  /// What a starting daemon can resume from: the state that the daemon before it left, and the kernel as it is.
  ///
  /// `nil` if nothing was left, or the kernel cannot be read: it has operations under way, or the machine stands still.
  private func resumption(_ n: Int) -> Resumption? {
    guard var left = machines[n].left, filters[n].isIdle, !machines[n].isHeld else { return nil }
    // If the kernel never got the rules that the daemon had switched to, its sets are of other buckets.
    guard files.spaces.areSame(filters[n].rules, configuration(of: n, resuming: left)) else { return nil }
    left.owned = filters[n].state.owned
    left.resets = filters[n].state.resets
    left.stagedSettings = left.staged.map { staged in
      files.tables[files.configuration { $0.digest == staged }].settings
    }
    left.leaseLeft = filters[n].state.hasLease ? filters[n].leaseEnd - now : .zero
    return left
  }

  /// The daemon has ended cleanly: its table is removed with it.
  mutating func daemonEnds(_ n: Int) {
    machines[n].endDaemon()
    missesNobody(n)
    issue(.remove, CommitNumber(0), n)
  }

  /// The daemon resumes after a stall or pause: it reads the inputs that wait, in order, before it looks at its timer.
  mutating func goOn(_ n: Int) {
    machines[n].undisturbedSince = now
    machines[n].waitingDatagrams = 0
    let waiting = machines[n].inbox
    machines[n].inbox.removeAll()
    for input in waiting where machines[n].isDaemonRunning { step(input, n) }
    if machines[n].canStep { readPolicy(n) }
    if machines[n].canStep && machines[n].wakeAt <= now { fireTimer(n) }
    if machines[n].canStep { goOnChecking(n) }
  }
}
