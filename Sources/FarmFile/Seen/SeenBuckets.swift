import Engine

/// How often buckets were holes, or doubles, and for how long: all that is stored of sightings that are over.
package struct SeenBuckets: Sendable, Hashable, Codable {
  /// How many sightings; a bucket counts each time.
  package var count: UInt64 = 0
  /// The sum of their times.
  package var nanoseconds: Int64 = 0
  /// The longest time of one bucket.
  package var longestNanoseconds: Int64 = 0
  /// When the last one ended, on the machine's monotonic clock; `nil` if none has.
  package var lastNanoseconds: UInt64?

  package init(
    count: UInt64 = 0, nanoseconds: Int64 = 0, longestNanoseconds: Int64 = 0, lastNanoseconds: UInt64? = nil
  ) {
    self.count = count
    self.nanoseconds = nanoseconds
    self.longestNanoseconds = longestNanoseconds
    self.lastNanoseconds = lastNanoseconds
  }

  mutating func add(from since: Instant, to now: Instant) {
    let length = max(0, (now - since).nanoseconds)
    count += 1
    nanoseconds += length
    longestNanoseconds = max(longestNanoseconds, length)
    lastNanoseconds = max(lastNanoseconds ?? 0, now.nanoseconds)
  }
}

/// Holes and doubles of one group.
package struct SeenClaims: Sendable, Hashable, Codable {
  package var holes: SeenBuckets
  package var doubles: SeenBuckets

  package init(holes: SeenBuckets = SeenBuckets(), doubles: SeenBuckets = SeenBuckets()) {
    self.holes = holes
    self.doubles = doubles
  }
}
