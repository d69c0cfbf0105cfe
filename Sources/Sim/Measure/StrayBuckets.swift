import Engine

/// Buckets that are not whole for a reason that is known only once they are whole, by their number.
struct StrayBuckets: Sendable {
  struct Stray: Sendable {
    let since: Instant
    /// The place of the disturbance that it is charged to if no return is the cause; `nil` if none.
    let guess: Int?
    /// Whether the bucket has had another owner since.
    var hasMoved = false
  }

  private var found: [Int: Stray] = [:]

  mutating func insert(_ bucket: Int, since: Instant, guess: Int? = nil) {
    found[bucket] = Stray(since: since, guess: guess)
  }

  /// A bucket has another owner; ignored for a bucket that is not a stray.
  mutating func moved(_ bucket: Int) { found[bucket]?.hasMoved = true }

  /// A bucket is whole, or no longer exists.
  /// - Returns: what was known of it; `nil` if it was not a stray.
  @discardableResult
  mutating func remove(_ bucket: Int) -> Stray? { found.removeValue(forKey: bucket) }

  /// Whether the guess for a bucket is the disturbance at a place.
  func isGuessed(_ bucket: Int, of place: Int) -> Bool { found[bucket]?.guess == place }

  /// The strays in order of their numbers.
  var inOrder: [(bucket: Int, stray: Stray)] {
    found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
