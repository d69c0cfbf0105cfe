import Engine

/// The sightings of one kind, holes or doubles, in a group: which buckets are one now, since when, and a count of those
/// that are over. Beginning and ending one are O(1) and allocate nothing.
package struct BucketSightings: Sendable {
  /// The sightings that are over.
  package private(set) var over: SeenBuckets
  /// How many there are now.
  package private(set) var openCount = 0
  /// By bucket; ``Engine/Instant/never`` where there is none.
  private var since: [Instant]

  package init(bucketCount: Int, _ over: SeenBuckets = SeenBuckets()) {
    self.over = over
    since = Array(repeating: .never, count: bucketCount)
  }

  /// Begins a sighting of a bucket, unless there is one already.
  package mutating func begin(_ bucket: Bucket, at now: Instant) {
    guard since[bucket.index] == .never else { return }
    since[bucket.index] = now
    openCount += 1
  }

  /// Ends the sighting of a bucket, if there is one. - Parameter patience: a shorter one does not count.
  package mutating func end(_ bucket: Bucket, at now: Instant, lasting patience: Duration = .zero) {
    if let began = cancel(bucket), now - began >= patience { over.add(from: began, to: now) }
  }

  /// Takes the sighting of a bucket back: it was none. - Returns: since when there was one; `nil` if there was none.
  package mutating func cancel(_ bucket: Bucket) -> Instant? {
    let began = since[bucket.index]
    guard began != .never else { return nil }
    since[bucket.index] = .never
    openCount -= 1
    return began
  }

  /// When the oldest open sighting began; ``Engine/Instant/never`` without any. O(buckets).
  package var oldest: Instant { since.min() ?? .never }

  /// How many open sightings began before an instant. O(buckets).
  package func count(before instant: Instant) -> Int { since.count { $0 < instant } }

  /// Everything seen until an instant: what is over, and what has lasted for at least `patience`. O(buckets).
  package func seen(at now: Instant, lasting patience: Duration = .zero) -> SeenBuckets {
    var seen = over
    if openCount == 0 { return seen }
    for began in since where began != .never && now - began >= patience { seen.add(from: began, to: now) }
    return seen
  }
}
