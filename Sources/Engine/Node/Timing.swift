/// The protocol's times, worked out once from the settings.
struct Timing: Sendable {
  let interval: Duration
  let timeout: Duration
  let lease: Duration
  let delayBound: Duration
  let commitBound: Duration
  let twoIntervals: Duration
  /// A peer that hears another one directly shows an age below this.
  let hearingAge: Age
  /// Silence of every echo after which a node fences itself.
  let fenceAfter: Duration
  /// How late a timer must be to count as a pause.
  let pauseGuard: Duration
  /// Least time that a lease must still run for a node to go on under it.
  let leaseNeeded: Duration
  /// How long a life must have been silent to have ended: two heartbeats, and what is on its way.
  let silenceOfEnd: Duration
  /// For how long after its start a node may be kept from serving alone by heartbeats that no key explains.
  let lockOut: Duration
  /// Least time between two triggered heartbeats.
  let triggerSpacing: Duration
  /// How long a bucket must have had no claimant before it is taken without a word from anyone.
  let unclaimedWait: Duration
  /// How long a node must have been up before it takes over.
  let settledAfter: Duration

  init(_ heartbeat: HeartbeatSettings) {
    interval = heartbeat.interval
    timeout = heartbeat.timeout
    lease = heartbeat.lease
    delayBound = heartbeat.delayBound
    commitBound = heartbeat.commitBound
    twoIntervals = 2 * interval
    hearingAge = Age(twoIntervals)
    // The others remove us no sooner than `tau` after the last heartbeat they heard. Releasing takes C, so this
    // is as late as is safe; fencing earlier would only fence two-node farms for nothing when a few are lost.
    fenceAfter = timeout - delayBound - commitBound
    pauseGuard = max(interval, timeout / 2)
    leaseNeeded = 3 * delayBound + commitBound
    silenceOfEnd = twoIntervals + delayBound
    lockOut = max(Limits.lockOut, 4 * (timeout + interval))
    triggerSpacing = interval / 10
    unclaimedWait = 2 * interval + delayBound
    settledAfter = interval + 2 * delayBound
  }
}
