import Engine
import Foundation
import LinuxBackend
import Synchronization

/// How late this machine wakes a thread with the daemons' own priority. Daemons are not to blame for that.
final class LatenessMeter: Sendable {
  private let found = Mutex<[(at: Instant, length: Duration)]>([])
  private let isOver = Atomic<Bool>(false)
  private let ended = DispatchGroup()

  /// Less is not noted.
  private static let least = Duration.milliseconds(2)

  init() {
    ended.enter()
    let thread = Thread { [self] in
      // If this is not permitted, the daemons run without it too.
      var parameters = sched_param()
      parameters.sched_priority = RealTime.priority
      pthread_setschedparam(pthread_self(), SCHED_RR, &parameters)
      while !isOver.load(ordering: .relaxed) {
        let due = MonotonicClock.now + .milliseconds(5)
        usleep(5000)
        let now = MonotonicClock.now
        if now - due > LatenessMeter.least { found.withLock { $0.append((now, now - due)) } }
      }
      ended.leave()
    }
    thread.name = "lateness"
    thread.start()
  }

  /// Ends the measurement. - Returns: when the thread was woken late, and how late.
  func stop() -> [(at: Instant, length: Duration)] {
    isOver.store(true, ordering: .relaxed)
    ended.wait()
    return found.withLock { $0 }
  }
}
