import Foundation
import LinuxBackend
import Synchronization
import Testing

/// Real-time care is asked for, and what is not permitted is said.
@Suite struct RealTimeTests {
  @Test func theCallingThreadIsRaisedAndWhatItStartsIsNot() async {
    let (outcome, policy, nice, child) = await offPool {
      let outcome = RealTime.raisePriority()
      let child = Mutex(Int32(-1))
      let thread = Thread { child.withLock { $0 = sched_getscheduler(0) } }
      thread.start()
      while !thread.isFinished { usleep(1000) }
      let nice = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
      return (outcome, sched_getscheduler(0) & ~0x4000_0000, nice, child.withLock { $0 })
    }
    #expect(outcome.isPermitted == (policy == SCHED_RR || nice == -10))
    #expect(outcome.text.contains("priority"))
    #expect(child == SCHED_OTHER)
  }

  @Test func memoryIsLockedWherePermittedAndTheKernelAgrees() throws {
    let before = lockedKilobytes()
    let outcome = RealTime.lockMemory()
    let after = lockedKilobytes()
    #expect(outcome.isPermitted == (after > before || before > 0))
    #expect(outcome.text.hasPrefix(outcome.isPermitted ? "memory is locked" : "memory is not locked"))
    munlockall()
  }

  private func lockedKilobytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    return text.firstMatch(of: #/VmLck:\s+(\d+)/#).flatMap { Int($0.1) } ?? 0
  }
}
