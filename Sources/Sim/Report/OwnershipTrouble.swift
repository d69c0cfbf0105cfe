import Engine

/// How many buckets had no owner, several, or one that clients did not reach within a stretch of time, and for how
/// long at a time.
struct OwnershipTrouble {
  /// Buckets that were in a state, and the longest time that one was in it.
  struct Kind {
    fileprivate(set) var buckets = 0
    fileprivate(set) var longest = Duration.zero

    fileprivate mutating func add(_ length: Duration) {
      if length > .zero { buckets += 1 }
      longest = max(longest, length)
    }
  }

  private(set) var hole = Kind()
  private(set) var unreached = Kind()
  private(set) var double = Kind()

  init(_ history: OwnershipHistory, from start: Instant, to stop: Instant) {
    guard start < stop else { return }
    for bucket in 0..<history.bucketCount {
      var (hole, unreached, double) = (Duration.zero, Duration.zero, Duration.zero)
      // Two spans of doubles may follow each other when a third node joins in: one stretch.
      var running = (state: Ownership.forming, since: start)
      history.forEachSpan(of: bucket, from: start, to: stop) { from, until, state in
        if state != running.state { running = (state, from) }
        switch state {
        case .hole: hole = max(hole, until - running.since)
        case .unreached: unreached = max(unreached, until - running.since)
        case .double: double = max(double, until - running.since)
        case .unused, .forming, .owned: break
        }
      }
      self.hole.add(hole)
      self.unreached.add(unreached)
      self.double.add(double)
    }
  }

  /// What a disturbance is worth looking at for.
  var isAny: Bool { hole.buckets + unreached.buckets + double.buckets > 0 }

  /// The longest time that any bucket was in any of the states.
  var longest: Duration { max(hole.longest, unreached.longest, double.longest) }

  /// `256 buckets had no owner for up to 479 ms, none had two`.
  var words: String {
    var parts: [String] = []
    if hole.buckets > 0 {
      parts.append(
        "\(Readable.count(hole.buckets, "bucket")) had no owner for up to \(Readable.time(hole.longest))")
    }
    if unreached.buckets > 0 {
      parts.append(
        "\(Readable.count(unreached.buckets, "bucket")) had an owner that clients did not reach for up to "
          + Readable.time(unreached.longest))
    }
    if parts.isEmpty { parts.append("no bucket was without an owner") }
    parts.append(
      double.buckets == 0
        ? "none had two"
        : "\(Readable.count(double.buckets)) had two for up to \(Readable.time(double.longest))")
    return parts.joined(separator: ", ")
  }
}
