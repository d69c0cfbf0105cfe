import Dispatch
import Engine
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import LinuxBackend

@Suite(.inTime) struct ThreadPoolEndTests {
  /// A command in uninterruptible sleep, or a disk that does not answer, keeps a thread for any length of time.
  @Test func aThreadThatDoesNotEndKeepsNobodyFromEnding() async throws {
    let (pool, hung) = (NIOThreadPool(numberOfThreads: 2), DispatchSemaphore(value: 0))
    let begun = Mutex(false)
    pool.start()
    pool.submit { _ in
      begun.withLock { $0 = true }
      hung.wait()
    }
    while !begun.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
    let start = MonotonicClock.now
    #expect(await !pool.end(within: 200))
    #expect(MonotonicClock.now - start < .seconds(5))
    hung.signal()

    let idle = NIOThreadPool(numberOfThreads: 2)
    idle.start()
    #expect(await idle.end(within: 5000))
  }
}
