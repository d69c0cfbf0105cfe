import Engine
import Synchronization
import Testing

@testable import LinuxBackend

@Suite struct SharedLookTests {
  @Test func aThousandWhoAskWithinAMomentCostOneLook() async throws {
    let looks = Mutex(0)
    let shared = SharedLook(each: .seconds(60)) {
      try await Task.sleep(for: .milliseconds(5))
      return looks.withLock {
        $0 += 1
        return $0
      }
    }
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<1000 { group.addTask { try await shared.value() } }
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(answers == Array(repeating: 1, count: 1000))
    #expect(looks.withLock { $0 } == 1)
  }

  @Test func afterTheMomentThereIsAnotherLook() async throws {
    let looks = Mutex(0)
    let shared = SharedLook(each: .milliseconds(20)) {
      looks.withLock {
        $0 += 1
        return $0
      }
    }
    #expect(try await shared.value() == 1)
    try await Task.sleep(for: .milliseconds(30))
    #expect(try await shared.value() == 2)
  }

  @Test func aLookThatTakesLongerThanTheMomentIsNotJoinedByASecondOne() async throws {
    let looks = Mutex(0)
    let shared = SharedLook(each: .milliseconds(1)) {
      let number = looks.withLock {
        $0 += 1
        return $0
      }
      try await Task.sleep(for: .milliseconds(100))
      return number
    }
    async let first = shared.value()
    try await Task.sleep(for: .milliseconds(20))
    let second = try await shared.value()
    #expect(try await first == 1 && second == 1)
    #expect(looks.withLock { $0 } == 1)
  }

  @Test func aLookThatFailsIsToldToAllAndIsNotTheLastOne() async throws {
    let shared = SharedLook<Int>(each: .milliseconds(10)) { throw CommandRefused("no") }
    await #expect(throws: CommandRefused.self) { try await shared.value() }
    await #expect(throws: CommandRefused.self) { try await shared.value() }
  }
}
