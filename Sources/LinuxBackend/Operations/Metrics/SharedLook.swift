import Engine

/// Shares one look among everyone who asks within a moment, so that its cost does not grow with the number of askers.
///
/// A look begins at most once a moment, and none begins while another is under way. An asker meanwhile gets the result
/// of that one, which is at most a moment old when it arrives.
actor SharedLook<Value: Sendable> {
  private let moment: Duration
  private let look: @Sendable () async throws -> Value
  private var last: (began: Instant, task: Task<Value, any Error>)?
  private var isLooking = false

  /// - Parameters:
  ///   - moment: the time from the beginning of one look to the next.
  ///   - look: what one asker alone would have done.
  init(each moment: Duration, _ look: @escaping @Sendable () async throws -> Value) {
    self.moment = moment
    self.look = look
  }

  /// The result of the last look, or of a new one if the last is a moment old.
  /// - Throws: what the look throws, to all who share it.
  func value() async throws -> Value {
    let now = MonotonicClock.now
    if let last, isLooking || now - last.began < moment { return try await last.task.value }
    isLooking = true
    let task = Task {
      defer { isLooking = false }
      return try await look()
    }
    last = (now, task)
    return try await task.value
  }
}
