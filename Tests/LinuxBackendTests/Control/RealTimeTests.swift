import Foundation
import LinuxBackend
import Synchronization
import Testing

@Suite("Real-time care is asked for, and what is not permitted is said")
struct RealTimeTests {
  @Test("The calling thread alone is raised, and threads and children after it are not")
  func priority() async {
    let seen = await offPool {
      let outcome = RealTime.raisePriority()
      return (
        outcome, sched_getscheduler(0) & ~0x4000_0000,
        getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
      )
    }
    #expect(seen.1 == SCHED_RR || seen.2 == -10 || !seen.0.isPermitted)
    #expect(seen.0.isPermitted == (seen.1 == SCHED_RR || seen.2 == -10))
    #expect(seen.0.text.contains("priority"))
    let after = await offPool { sched_getscheduler(0) }
    #expect(after == SCHED_OTHER)
  }

  @Test("The daemon's memory is locked where that is permitted, and the kernel agrees")
  func memory() throws {
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
