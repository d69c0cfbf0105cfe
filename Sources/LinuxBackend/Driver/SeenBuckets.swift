import Engine

/// How often buckets were holes, or doubles, and for how long: all that is kept of those that are over.
struct SeenBuckets: Sendable, Hashable, Codable {
  /// Each bucket counts each time.
  var count: UInt64 = 0
  /// The times of all of them together.
  var nanoseconds: Int64 = 0
  /// The longest of one bucket.
  var longestNanoseconds: Int64 = 0
  /// On the machine's monotonic clock, when the last one ended; `nil` before any has.
  var lastNanoseconds: UInt64?

  mutating func add(from since: Instant, to now: Instant) {
    let length = max(0, (now - since).nanoseconds)
    count += 1
    nanoseconds += length
    longestNanoseconds = max(longestNanoseconds, length)
    lastNanoseconds = max(lastNanoseconds ?? 0, now.nanoseconds)
  }
}

/// Both kinds, of one group.
struct SeenClaims: Sendable, Hashable, Codable {
  var holes = SeenBuckets()
  var doubles = SeenBuckets()
}

/// Which buckets of a group are holes, or doubles, since when, and what there was before. Beginning and ending are O(1)
/// and allocate nothing.
struct BucketSightings: Sendable {
  /// Those that are over.
  private(set) var over: SeenBuckets
  /// By bucket; ``Engine/Instant/never`` where there is none.
  private var since: [Instant]

  init(bucketCount: Int, _ over: SeenBuckets = SeenBuckets()) {
    self.over = over
    since = Array(repeating: .never, count: bucketCount)
  }

  /// A bucket is one from an instant on, unless it is one already.
  mutating func begin(_ bucket: Bucket, at now: Instant) {
    if since[bucket.index] == .never { since[bucket.index] = now }
  }

  /// A bucket is one no longer, if it was.
  mutating func end(_ bucket: Bucket, at now: Instant) {
    if let began = cancel(bucket) { over.add(from: began, to: now) }
  }

  /// A bucket was none, as it turns out. - Returns: since when it seemed to be one; `nil` if it did not.
  mutating func cancel(_ bucket: Bucket) -> Instant? {
    let began = since[bucket.index]
    guard began != .never else { return nil }
    since[bucket.index] = .never
    return began
  }

  /// What there was until an instant, those included that are not over and have lasted for a while. O(buckets).
  func seen(at now: Instant, lasting patience: Duration = .zero) -> SeenBuckets {
    var seen = over
    for began in since where began != .never && now - began >= patience { seen.add(from: began, to: now) }
    return seen
  }
}
