/// When a node acts next, and what it must do before its step ends.
///
/// A node acts for four reasons. Its *regular heartbeat* is due once an interval; each interval is drawn, so that nodes
/// do not send in step. A *triggered heartbeat* follows a change as soon as the spacing allows, and a copy of it one
/// spacing later. *Ownership* is decided again at an instant that a rule waits for. *Resets* are worked out again with
/// the first regular heartbeat after an instant. What else may be due follows from what the other parts know.
///
/// All of it becomes one timer (``askToWake(by:at:)``). Evidence usually postpones what is due, so the timer stays as it
/// is until somebody calls ``reviewWake()``: a timer that fires early changes nothing, and asking with every datagram
/// would cost a look at every node.
///
/// Three marks last until the end of a step. What changed may have to be settled, a heartbeat may have to go out at
/// once, and the timer may have to be worked out again.
struct Schedule: Sendable {
  /// When this node last sent a heartbeat.
  private(set) var lastSend = Instant.zero
  private var nextHeartbeat = Instant.never
  /// How many intervals have been drawn.
  private var draws: UInt64
  /// Triggered heartbeats that are left, and when the next one is due.
  private var triggersLeft = 0
  private var nextTrigger = Instant.never
  private var ownershipDue = Instant.never
  private var resetsDue = Instant.never
  /// The timer that was asked for last; ``Instant/never`` for none.
  private var requestedWake = Instant.never

  // Until the end of this step.
  /// Whether something changed that the view or ownership depends on.
  private(set) var needsSettling = false
  /// Whether a heartbeat must go out, spacing or not.
  private var sendsNow = false
  /// Whether something is due earlier than the timer, or may be.
  private(set) var isWakeStale = false

  /// A schedule with nothing due. - Parameter draws: how many intervals count as drawn.
  init(draws: UInt64 = 0) { self.draws = draws }

  /// The schedule of a node that switches to another configuration: everything is settled, said and worked out again.
  func adapted(at now: Instant) -> Schedule {
    var next = self
    next.triggersLeft = 0
    next.nextTrigger = .never
    next.ownershipDue = .never
    next.resetsDue = now
    next.needsSettling = true
    next.sendsNow = true
    next.isWakeStale = true
    return next
  }

  // MARK: Settling

  /// Asks for view, table and ownership to be brought up to date before this step ends.
  mutating func settleSoon() { needsSettling = true }

  /// Notes that settling has begun. What changes from now on must be settled anew.
  mutating func beginSettling() { needsSettling = false }

  // MARK: Heartbeats

  /// Whether a regular heartbeat is due.
  func isHeartbeatDue(at now: Instant) -> Bool { now >= nextHeartbeat }

  /// Begins the next interval: when the last one ended, or now if that was longer ago than an interval.
  mutating func beginInterval(at now: Instant, _ heartbeat: HeartbeatSettings, seed: BootID) {
    let interval = drawInterval(heartbeat, seed: seed)
    let isLate = nextHeartbeat == .never || now - nextHeartbeat > heartbeat.interval
    nextHeartbeat = (isLate ? now : nextHeartbeat) + interval
  }

  /// The next interval, drawn from `U[(1 - jitter) T, T]` by a counter-based generator that the boot id seeds
  /// (SplitMix64, Steele, Lea, Flood 2014).
  private mutating func drawInterval(_ heartbeat: HeartbeatSettings, seed: BootID) -> Duration {
    let span = UInt64(heartbeat.interval.nanoseconds) / 1000 * UInt64(heartbeat.jitterPermille)
    if span == 0 { return heartbeat.interval }
    draws += 1
    var z = seed.rawValue &+ draws &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    return heartbeat.interval - Duration(nanoseconds: Int64(z.multipliedFullWidth(by: span + 1).high))
  }

  /// Notes that a heartbeat is being sent.
  mutating func noteSend(at now: Instant) { lastSend = now }

  /// Asks for a heartbeat as soon as the spacing allows, and for a copy one spacing later.
  mutating func trigger(at now: Instant, spacing: Duration) {
    triggersLeft = 2
    nextTrigger = max(now, lastSend + spacing)
    isWakeStale = true
  }

  /// Asks for a heartbeat at the end of this step, spacing or not; `false` withdraws what this step has asked for.
  mutating func sendNow(_ isWanted: Bool = true) { sendsNow = isWanted }

  /// Asks for one copy of what is being sent, one spacing later.
  mutating func repeatOnce(at now: Instant, spacing: Duration) {
    triggersLeft = 1
    nextTrigger = now + spacing
    isWakeStale = true
  }

  /// Puts the next triggered heartbeat one spacing after the last heartbeat.
  mutating func keepSpacing(_ spacing: Duration) { nextTrigger = lastSend + spacing }

  mutating func cancelTriggers() {
    triggersLeft = 0
    nextTrigger = .never
  }

  /// Whether a triggered heartbeat must be sent now.
  func isTriggered(at now: Instant) -> Bool { sendsNow || now >= nextTrigger }

  /// Notes that a triggered heartbeat is being sent.
  mutating func takeTrigger(at now: Instant, spacing: Duration) {
    triggersLeft = sendsNow ? 1 : triggersLeft - 1
    sendsNow = false
    nextTrigger = triggersLeft > 0 ? now + spacing : .never
    isWakeStale = true
  }

  // MARK: Ownership and resets

  /// Whether a rule of ownership waited for this instant.
  func isOwnershipDue(at now: Instant) -> Bool { now >= ownershipDue }

  /// Replaces the instant at which ownership is decided again; ``Instant/never`` for none.
  mutating func decideOwnership(at due: Instant) {
    ownershipDue = due
    if due != .never { isWakeStale = true }
  }

  func areResetsDue(at now: Instant) -> Bool { now >= resetsDue }

  /// Asks for the resets to be worked out with the first regular heartbeat from this instant on.
  mutating func reviewResets(by due: Instant) { resetsDue = min(resetsDue, due) }

  /// Notes that the resets are as they must be, until somebody asks for a review.
  mutating func finishResets() { resetsDue = .never }

  // MARK: The timer

  /// Notes that something may be due at another instant than before.
  mutating func reviewWake() { isWakeStale = true }

  /// Whether a timer that fires now was asked for.
  func isTimerDue(at now: Instant) -> Bool { now >= requestedWake }

  /// How long ago the timer should have fired; `nil` if none is late.
  func lateness(at now: Instant) -> Duration? {
    requestedWake != .never && now > requestedWake ? now - requestedWake : nil
  }

  /// Whether the timer was asked for after an instant.
  func isTimerAsked(after instant: Instant) -> Bool { requestedWake > instant }

  /// Notes that the lateness of the timer has been dealt with.
  mutating func excuseLateness(at now: Instant) {
    requestedWake = now
    isWakeStale = true
  }

  /// Works out the timer anew. - Parameter due: the earliest instant that follows from other parts.
  /// - Returns: the timer to ask for; `nil` if it is the one that was asked for before, or none.
  mutating func askToWake(by due: Instant, at now: Instant) -> Instant? {
    isWakeStale = false
    let earliest = min(due, min(ownershipDue, min(nextHeartbeat, nextTrigger)))
    let wake = max(earliest, now + Duration(nanoseconds: 1))
    if wake == requestedWake { return nil }
    requestedWake = wake
    return wake == .never ? nil : wake
  }
}
