import Synchronization
import Testing

@testable import TestSupport

/// What fails on a busy machine is played again, what fails on an idle one counts.
@Suite struct InTimeTraitTests {
  private struct Fixed: LatenessMeasure {
    var worst: Duration
    func stop() -> Duration { worst }
  }

  private struct Odd: Error {}

  /// Plays something as a test of this suite, on a machine that is so late.
  /// - Parameter body: is given the number of the attempt.
  /// - Returns: how often it was played.
  private func play(late: Int, _ body: @escaping @Sendable (Int) throws -> Void) async throws -> Int {
    let count = Mutex(0)
    let trait = InTimeTrait(condition: nil, calm: .zero) { Fixed(worst: .milliseconds(late)) }
    try await trait.provideScope(for: #require(Test.current), testCase: Test.Case.current) {
      try body(
        count.withLock {
          $0 += 1
          return $0
        })
    }
    return count.withLock { $0 }
  }

  @Test func aBusyMachinePlaysAgainUntilAnAttemptPasses() async throws {
    #expect(try await play(late: 50) { if $0 < 3 { Issue.record("too late") } } == 3)
    #expect(try await play(late: 50) { if $0 < 4 { throw Odd() } } == 4)
    #expect(try await play(late: 50) { _ in } == 1)
  }

  /// A machine that is late eight times and then in time: the second attempt waits for that.
  @Test func theNextAttemptWaitsForACalmMachine() async throws {
    let asked = Mutex(0)
    let trait = InTimeTrait(condition: nil, calm: .zero) {
      asked.withLock {
        $0 += 1
        return Fixed(worst: .milliseconds($0 <= 8 ? 50 : 1))
      }
    }
    let seen = Mutex<[Int]>([])
    try await trait.provideScope(for: #require(Test.current), testCase: Test.Case.current) {
      seen.withLock { $0.append(asked.withLock { $0 }) }
      if asked.withLock({ $0 }) == 1 { throw Odd() }
    }
    // One for the first attempt, eight until it was calm, one for the second.
    #expect(seen.withLock { $0 } == [1, 10])
  }

  @Test func theLastAttemptCounts() async throws {
    try await withKnownIssue {
      let played = try await play(late: 50) { _ in Issue.record("never in time") }
      #expect(played == 4)
    } matching: {
      "\($0)".contains("never in time")
    }
    await #expect(throws: Odd.self) { _ = try await play(late: 50) { _ in throw Odd() } }
  }

  @Test func anIdleMachineJudgesAtOnce() async throws {
    try await withKnownIssue {
      let played = try await play(late: 1) { _ in Issue.record("wrong") }
      #expect(played == 1)
    } matching: {
      "\($0)".contains("wrong")
    }
    await #expect(throws: Odd.self) { _ = try await play(late: 1) { if $0 == 1 { throw Odd() } } }
  }
}
