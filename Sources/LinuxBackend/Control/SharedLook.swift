import Engine

/// One look for everyone who asks within a moment, so that what askers cost does not grow with how many they are.
///
/// A look begins at most once a moment, and none begins while another is under way: who asks meanwhile gets what
/// that one finds, which is at most a moment old when it is given.
actor SharedLook<Value: Sendable> {
  private let moment: Duration
  private let look: @Sendable () async throws -> Value
  private var last: (began: Instant, task: Task<Value, any Error>)?
  private var isLooking = false

  /// - Parameters:
  ///   - moment: the time from the beginning of one look to the next.
  ///   - look: what one asker would have done by himself.
  init(each moment: Duration, _ look: @escaping @Sendable () async throws -> Value) {
    self.moment = moment
    self.look = look
  }

  /// What the last look found, or a new one if that is a moment ago.
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
