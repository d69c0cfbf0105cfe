import Foundation
import Synchronization
import Testing

/// For tests that keep real programs to their times, which a busy machine makes them miss.
///
/// While such a test runs, a thread notes how late this machine wakes it. If the test fails while that was late, the
/// failure says nothing: the test is played again, once the machine is calmer or after a minute, and a line says so. A
/// failure on a machine that was in time counts at once, and so does any failure of the last attempt. A test that was
/// played again passes only if one attempt passed from beginning to end.
public struct InTimeTrait: SuiteTrait, TestTrait, TestScoping {
  /// How often a test is played at most.
  private static let attempts = 4
  /// A thread that is woken later than this was kept waiting by others. An idle machine stays far below it, and the
  /// times that tests allow are longer.
  private static let tolerated = Duration.milliseconds(5)

  /// The condition for playing the test at all; `nil` for none.
  private let condition: ConditionTrait?
  private let lateness: @Sendable () -> any LatenessMeasure
  /// The next attempt waits until the machine was not late for this long.
  private let calm: Duration
  /// How many times it waits for that at most.
  private static let patience = 30

  /// - Parameter lateness: begins to note how late this machine is, at the beginning of an attempt.
  init(
    condition: ConditionTrait?, calm: Duration = .seconds(2),
    lateness: @escaping @Sendable () -> any LatenessMeasure = { LatenessMeter() }
  ) {
    self.condition = condition
    self.calm = calm
    self.lateness = lateness
  }

  public var isRecursive: Bool { true }

  public func prepare(for test: Test) async throws { try await condition?.prepare(for: test) }

  public func scopeProvider(for test: Test, testCase: Test.Case?) -> InTimeTrait? {
    testCase == nil ? nil : self
  }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    for attempt in 1...Self.attempts {
      let meter = lateness()
      let issues = Mutex((withheld: 0, counted: 0))
      let judge = IssueHandlingTrait.compactMapIssues { issue in
        let isWithheld = attempt < Self.attempts && meter.worst > Self.tolerated
        issues.withLock { if isWithheld { $0.withheld += 1 } else { $0.counted += 1 } }
        return isWithheld ? nil : issue
      }
      var failure: (any Error)?
      do {
        try await judge.provideScope(for: test, testCase: testCase, performing: function)
      } catch { failure = error }
      let worst = meter.stop()
      let found = issues.withLock { $0 }
      let isTooBusy =
        found.counted == 0 && worst > Self.tolerated && (found.withheld > 0 || failure != nil)
      guard isTooBusy, attempt < Self.attempts else {
        if let failure { throw failure }
        return
      }
      print(
        "\(test.name): not judged, this machine woke a thread \(worst) late; played again, \(attempt + 1) of \(Self.attempts)"
      )
      try await waitForCalm()
    }
  }

  private func waitForCalm() async throws {
    for _ in 0..<Self.patience {
      let meter = lateness()
      try await Task.sleep(for: calm)
      if meter.stop() <= Self.tolerated { return }
    }
  }
}

extension Trait where Self == InTimeTrait {
  /// Plays a failed test again if the machine was too busy to judge it.
  public static var inTime: Self { InTimeTrait(condition: nil) }

  /// The same, for a test that is played only where a condition holds.
  public static func inTime(if condition: ConditionTrait) -> Self { InTimeTrait(condition: condition) }
}

/// How late a machine is.
protocol LatenessMeasure: Sendable {
  /// The worst lateness so far.
  var worst: Duration { get }
  /// Ends the measurement.
  /// - Returns: the worst lateness of all.
  func stop() -> Duration
}

/// How late this machine wakes a thread that sleeps.
private final class LatenessMeter: LatenessMeasure {
  private let state = Mutex((worst: Duration.zero, isOver: false))
  private static let nap = Duration.milliseconds(5)

  init() {
    let thread = Thread { [self] in
      let clock = ContinuousClock()
      while !state.withLock({ $0.isOver }) {
        let due = clock.now + Self.nap
        usleep(5000)
        let late = clock.now - due
        state.withLock { $0.worst = max($0.worst, late) }
      }
    }
    thread.name = "lateness"
    thread.start()
  }

  var worst: Duration { state.withLock { $0.worst } }

  func stop() -> Duration {
    state.withLock {
      $0.isOver = true
      return $0.worst
    }
  }
}
