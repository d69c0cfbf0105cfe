import Engine

/// How many buckets had no owner, several owners, one that clients did not reach or one whose application did not serve
/// within a time, and for how long.
///
/// Two spans of one state with less than an ``OwnershipMeter/glimpse`` of an owner between them count as one.
///
/// A span that begins before that time, or goes on after it, counts at its whole length: a picture of a part of a hole
/// says how long the hole was.
struct OwnershipTrouble {
  /// Buckets that were in a state.
  struct Kind {
    fileprivate(set) var buckets = 0
    /// The longest span of one bucket; `longestInAll` is the most of all spans of one together.
    fileprivate(set) var longest = Duration.zero
    /// When the longest began.
    fileprivate(set) var longestFrom = Instant.zero
    fileprivate(set) var longestInAll = Duration.zero
    /// Whether a bucket was in the state when the run ended. The times are then lower bounds.
    fileprivate(set) var isOpen = false
    /// By how many the buckets in the state change at an instant.
    private var steps: [(at: Instant, by: Int)] = []
    /// The spans of the current bucket, in order.
    private var current: [(from: Instant, until: Instant)] = []

    /// Adds a span of the current bucket.
    /// - Parameter owned: when a span of one owner began that directly precedes this one.
    fileprivate mutating func span(_ from: Instant, _ until: Instant, after owned: Instant? = nil) {
      if let last = current.last, last.until == owned, from - last.until < OwnershipMeter.glimpse {
        current[current.count - 1].until = until
      } else {
        current.append((from, until))
      }
    }

    fileprivate mutating func endBucket(end: Instant) {
      if current.isEmpty { return }
      buckets += 1
      for (from, until) in current {
        if until - from > longest { (longest, longestFrom) = (until - from, from) }
        steps += [(from, 1), (until, -1)]
        if until >= end { isOpen = true }
      }
      longestInAll = max(longestInAll, current.reduce(.zero) { $0 + ($1.until - $1.from) })
      current.removeAll(keepingCapacity: true)
    }

    /// `for up to 479 ms`, `for up to 700 ms at a time, 1.06 s in all`, `for at least 40 s`.
    /// - Parameter event: what the time is told after. If the longest span began before it, its begin is told too.
    fileprivate func time(after event: Instant?) -> String {
      let most = isOpen ? "for" : "for up to"
      let early = event.map { longestFrom < $0 } ?? false
      let from = early ? " from \(Readable.clock(longestFrom)) on" : ""
      // If the spans in all are hardly longer than the longest, the rest is noise.
      guard longestInAll.seconds >= 1.1 * longest.seconds else {
        return "\(most) \(told(longest))\(from)"
      }
      return "\(most) \(told(longest)) at a time\(from), \(told(longestInAll)) in all"
    }

    private func told(_ time: Duration) -> String { isOpen ? Readable.atLeast(time) : Readable.time(time) }

    /// The most buckets in the state at one instant.
    var mostAtOnce: Int {
      var (count, most) = (0, 0)
      // Buckets that leave the state at an instant are subtracted before others are added.
      for step in steps.sorted(by: { ($0.at, $0.by) < ($1.at, $1.by) }) {
        count += step.by
        most = max(most, count)
      }
      return most
    }

    /// `, 32 of them at once at most,`; empty if all were.
    fileprivate var atOnce: String {
      let most = mostAtOnce
      return most == buckets ? "" : ", \(Readable.count(most)) of them at once at most,"
    }
  }

  private(set) var hole = Kind()
  private(set) var unreached = Kind()
  private(set) var unserved = Kind()
  private(set) var double = Kind()

  init(_ history: OwnershipHistory, from start: Instant, to stop: Instant) {
    guard start < stop else { return }
    for bucket in 0..<history.bucketCount {
      // Only spans of one owner join two others: the caller tells of other states apart.
      var owned = Instant.zero
      history.forEachStretch(of: bucket, touching: start, stop) { from, until, state in
        switch state {
        case .hole: hole.span(from, until, after: owned)
        case .unreached: unreached.span(from, until, after: owned)
        case .unserved: unserved.span(from, until, after: owned)
        case .double: double.span(from, until)
        case .unused, .forming: break
        case .owned: owned = from
        }
      }
      hole.endBucket(end: history.end)
      unreached.endBucket(end: history.end)
      unserved.endBucket(end: history.end)
      double.endBucket(end: history.end)
    }
  }

  /// Whether there was any trouble.
  var isAny: Bool { [hole, unreached, unserved, double].contains { $0.buckets > 0 } }

  /// The longest time that any bucket was in any of the states.
  var longest: Duration { [hole, unreached, unserved, double].map(\.longest).reduce(.zero, max) }

  /// `256 buckets had no owner for up to 479 ms, none had two`.
  var words: String { words(after: nil) }

  /// The same, told after an event: a time that began before it is told with its begin.
  func words(after event: Instant?) -> String {
    func words(_ kind: Kind, _ what: String) -> String? {
      kind.buckets == 0
        ? nil : "\(Readable.count(kind.buckets, "bucket"))\(kind.atOnce) \(what) \(kind.time(after: event))"
    }
    var parts = [
      words(hole, "had no owner"), words(unreached, "had an owner that clients did not reach"),
      words(unserved, "had an owner whose application did not serve"),
    ].compactMap { $0 }
    if hole.buckets + unreached.buckets == 0 { parts.insert("no bucket was without an owner", at: 0) }
    parts.append(
      double.buckets == 0
        ? "none had two"
        : "\(Readable.count(double.buckets))\(double.atOnce) had two \(double.time(after: event))")
    return parts.joined(separator: ", ")
  }
}
