import Engine

/// How many buckets had no owner or several within a stretch of time, and for how long at a time.
struct OwnershipTrouble {
  var holes = 0
  var doubles = 0
  var longestHole = Duration.zero
  var longestDouble = Duration.zero

  init(_ history: OwnershipHistory, from start: Instant, to stop: Instant) {
    guard start < stop else { return }
    for bucket in 0..<history.bucketCount {
      var hole = Duration.zero
      var double = Duration.zero
      // Two spans of doubles may follow each other when a third node joins in: one stretch.
      var running = (state: Ownership.forming, since: start)
      history.forEachSpan(of: bucket, from: start, to: stop) { from, until, state in
        if state != running.state { running = (state, from) }
        if state == .hole { hole = max(hole, until - running.since) }
        if state == .double { double = max(double, until - running.since) }
      }
      if hole > .zero { holes += 1 }
      if double > .zero { doubles += 1 }
      longestHole = max(longestHole, hole)
      longestDouble = max(longestDouble, double)
    }
  }
}
