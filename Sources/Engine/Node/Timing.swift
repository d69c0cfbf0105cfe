/// The protocol's times, computed once from the settings.
struct Timing: Sendable {
  let interval: Duration
  let timeout: Duration
  let lease: Duration
  let delayBound: Duration
  let commitBound: Duration
  let twoIntervals: Duration
  /// A peer that hears another one directly shows an age below this.
  let hearingAge: Age
  /// How long a node waits without an echo before it becomes isolated.
  let isolateAfter: Duration
  /// How late a timer must be to count as a pause.
  let pauseGuard: Duration
  /// More of the lease than this must be left for a node to go on under it.
  let leaseNeeded: Duration
  /// How long a life must have been silent to have ended: two intervals, and the delay of what is on its way.
  let silenceOfEnd: Duration
  /// For how long another machine that was heard or shown may be silent: it stands still, or is restarted in place.
  let patience: Duration
  /// For how long after a pause nobody is removed.
  let grace: Duration
  /// For how long after its start a node may be kept from serving alone by heartbeats that no key explains.
  let lockOut: Duration
  /// Least time between two triggered heartbeats.
  let triggerSpacing: Duration
  /// How long a bucket must have had no claimant before it is taken without a word from anyone.
  let unclaimedWait: Duration
  /// How long ago a node must have gained buckets by its own word to take over without one view.
  let settledAfter: Duration

  init(_ heartbeat: HeartbeatSettings) {
    interval = heartbeat.interval
    timeout = heartbeat.timeout
    lease = heartbeat.lease
    delayBound = heartbeat.delayBound
    commitBound = heartbeat.commitBound
    twoIntervals = 2 * interval
    hearingAge = Age(twoIntervals)
    // The others remove us no sooner than `tau` after the last heartbeat that they heard. Releasing takes C, so this is
    // as late as is safe. Earlier would only isolate nodes of farms of two for nothing when a few heartbeats are lost.
    isolateAfter = timeout - delayBound - commitBound
    pauseGuard = max(interval, timeout / 2)
    leaseNeeded = 3 * delayBound + commitBound
    silenceOfEnd = twoIntervals + delayBound
    patience = max(timeout, 3 * interval)
    grace = min(heartbeat.misses * interval, timeout)
    lockOut = max(Limits.lockOut, 4 * (timeout + interval))
    triggerSpacing = interval / 10
    unclaimedWait = 2 * interval + delayBound
    settledAfter = interval + 2 * delayBound
  }
}
