import FarmFile
import Foundation

/// Asks the operating system for what keeps the daemon on time: memory that is never paged out, and a priority above
/// ordinary processes.
///
/// A quiet machine needs neither. If something is not permitted, the daemon says so and runs without it.
public enum RealTime {
  /// The result of asking.
  public struct Outcome: Sendable, Hashable {
    public var isPermitted: Bool
    /// One line for the log.
    public var text: String
  }

  /// A modest priority of at most 99: above every ordinary process, below the kernel's own real-time threads.
  public static let priority: Int32 = 10
  /// Used where the real-time class is not permitted.
  static let niceness: Int32 = -10

  /// Keeps the process's memory from being paged out, now and later.
  ///
  /// It is not tried if a limit holds for this process, because a later allocation beyond the limit would end the
  /// daemon. Pages are locked once they are touched: locking the whole stack of every thread at once would cost a
  /// hundred megabytes for nothing.
  public static func lockMemory() -> Outcome {
    var limit = rlimit(rlim_cur: .max, rlim_max: .max)
    if setrlimit(memoryLimit, &limit) != 0 {
      getrlimit(memoryLimit, &limit)
      guard limit.rlim_cur == .max || mayLockAll else {
        return Outcome(
          isPermitted: false,
          text:
            "memory is not locked: the limit is \(limit.rlim_cur / 1024) KiB (LimitMEMLOCK=infinity lifts it)"
        )
      }
    }
    guard mlockall(MCL_CURRENT | MCL_FUTURE | onFault) == 0 else {
      return Outcome(isPermitted: false, text: "memory is not locked: \(SystemReason(errno).text)")
    }
    return Outcome(isPermitted: true, text: "memory is locked")
  }

  /// Puts the calling thread, which must be the driver's, above ordinary processes.
  ///
  /// Its children (checkers) still start with an ordinary priority.
  public static func raisePriority() -> Outcome {
    var parameters = sched_param(sched_priority: priority)
    if sched_setscheduler(0, SCHED_RR | resetOnFork, &parameters) == 0 {
      return Outcome(isPermitted: true, text: "the driver runs with real-time priority \(priority)")
    }
    let reason = SystemReason(errno).text
    // On Linux 0 stands for the calling thread alone.
    if setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) == 0 {
      return Outcome(
        isPermitted: true, text: "no real-time priority (\(reason)): the driver runs at nice \(niceness)")
    }
    return Outcome(
      isPermitted: false,
      text:
        "neither real-time priority (\(reason)) nor nice \(niceness) (\(SystemReason(errno).text)) is permitted: "
        + "a busy machine may delay heartbeats")
  }

  /// Whether this process is exempt from the limit: `CAP_IPC_LOCK`, capability 14.
  private static var mayLockAll: Bool {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let mask = text.firstMatch(of: #/CapEff:\s+([0-9a-f]+)/#).flatMap { UInt64($0.1, radix: 16) } ?? 0
    return mask >> 14 & 1 == 1
  }

  // The C library's headers hide these from Swift.
  private static let onFault: Int32 = 4
  private static let resetOnFork: Int32 = 0x4000_0000
  private static let memoryLimit = __rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue)
}
