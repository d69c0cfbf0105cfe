import Engine

/// Which buckets of a group are holes, or doubles, since when, and what there was before. Beginning and ending are O(1)
/// and allocate nothing.
package struct BucketSightings: Sendable {
  /// Those that are over.
  package private(set) var over: SeenBuckets
  /// How many there are now.
  package private(set) var openCount = 0
  /// By bucket; ``Engine/Instant/never`` where there is none.
  private var since: [Instant]

  package init(bucketCount: Int, _ over: SeenBuckets = SeenBuckets()) {
    self.over = over
    since = Array(repeating: .never, count: bucketCount)
  }

  /// A bucket is one from an instant on, unless it is one already.
  package mutating func begin(_ bucket: Bucket, at now: Instant) {
    guard since[bucket.index] == .never else { return }
    since[bucket.index] = now
    openCount += 1
  }

  /// A bucket is one no longer, if it was. - Parameter patience: what was one for no longer than this was none.
  package mutating func end(_ bucket: Bucket, at now: Instant, lasting patience: Duration = .zero) {
    if let began = cancel(bucket), now - began >= patience { over.add(from: began, to: now) }
  }

  /// A bucket was none, as it turns out. - Returns: since when it seemed to be one; `nil` if it did not.
  package mutating func cancel(_ bucket: Bucket) -> Instant? {
    let began = since[bucket.index]
    guard began != .never else { return nil }
    since[bucket.index] = .never
    openCount -= 1
    return began
  }

  /// Since when there has been the oldest of them; ``Engine/Instant/never`` without any. O(buckets).
  package var oldest: Instant { since.min() ?? .never }

  /// How many of them began before an instant. O(buckets).
  package func count(before instant: Instant) -> Int { since.count { $0 < instant } }

  /// What there was until an instant, those included that are not over and have lasted for a while. O(buckets).
  package func seen(at now: Instant, lasting patience: Duration = .zero) -> SeenBuckets {
    var seen = over
    if openCount == 0 { return seen }
    for began in since where began != .never && now - began >= patience { seen.add(from: began, to: now) }
    return seen
  }
}
