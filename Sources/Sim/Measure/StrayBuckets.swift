import Engine

/// Buckets that are not whole and of which it is not known yet why, by their number: it is once they are whole.
struct StrayBuckets: Sendable {
  struct Stray: Sendable {
    let since: Instant
    /// The place of the disturbance that it is if it is no return's.
    let guess: Int?
    /// Whether it has had another owner since.
    var hasMoved = false
  }

  private var found: [Int: Stray] = [:]

  mutating func insert(_ bucket: Int, since: Instant, guess: Int? = nil) {
    found[bucket] = Stray(since: since, guess: guess)
  }

  /// A bucket has another owner, if it is one of them.
  mutating func moved(_ bucket: Int) { found[bucket]?.hasMoved = true }

  /// A bucket is whole, or is not there any more.
  /// - Returns: what was known of it; `nil` if it is none of them.
  @discardableResult
  mutating func remove(_ bucket: Int) -> Stray? { found.removeValue(forKey: bucket) }

  /// Whether a bucket is taken for one of a disturbance, by its place.
  func isGuessed(_ bucket: Int, of place: Int) -> Bool { found[bucket]?.guess == place }

  /// In order of their numbers.
  var inOrder: [(bucket: Int, stray: Stray)] {
    found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
