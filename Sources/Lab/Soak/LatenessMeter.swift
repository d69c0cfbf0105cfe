import Engine
import Foundation
import LinuxBackend
import Synchronization

/// How late this machine wakes a thread with the daemons' own priority, and how long its kernel takes for a commit.
/// Daemons are not to blame for either.
///
/// All network namespaces of a kernel share the lock of nftables. A daemon that ends makes the kernel wait for a grace
/// period of RCU while it holds that lock: 20 ms, and 260 ms on a busy machine. Meanwhile no node of the lab gets a
/// commit. Nodes that are machines of their own do not wait for each other. Therefore a commit in a namespace of its
/// own is timed all along.
final class LatenessMeter: Sendable {
  private let found = Mutex<[(at: Instant, length: Duration)]>([])
  private let isOver = Atomic<Bool>(false)
  private let ended = DispatchGroup()

  /// Less is not noted.
  private static let least = Duration.milliseconds(2)
  /// Microseconds from one look to the next.
  private static let pause: UInt32 = 5000

  /// - Throws: if the kernel does not permit a namespace.
  init() throws(LabError) {
    let namespace = try NetworkNamespace(name: "lateness")
    start("lateness") { [self] in
      while !isOver.load(ordering: .relaxed) {
        let due = MonotonicClock.now + .microseconds(Int(LatenessMeter.pause))
        usleep(LatenessMeter.pause)
        note(MonotonicClock.now - due)
      }
    }
    start("commits") { [self] in
      guard (try? namespace.enter()) != nil, let nft = try? Nftables() else { return }
      while !isOver.load(ordering: .relaxed) {
        usleep(LatenessMeter.pause)
        let asked = MonotonicClock.now
        _ = try? nft.run("add table inet lateness")
        note(MonotonicClock.now - asked)
      }
    }
  }

  /// Starts a thread with the daemons' priority. If that is not permitted, the daemons run without it too.
  private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    ended.enter()
    let thread = Thread { [ended] in
      var parameters = sched_param()
      parameters.sched_priority = RealTime.priority
      pthread_setschedparam(pthread_self(), SCHED_RR, &parameters)
      body()
      ended.leave()
    }
    thread.name = name
    thread.start()
  }

  private func note(_ length: Duration) {
    if length > LatenessMeter.least { found.withLock { $0.append((MonotonicClock.now, length)) } }
  }

  /// Ends the measurement. - Returns: what came late, when and by how much, in order of time.
  func stop() -> [(at: Instant, length: Duration)] {
    isOver.store(true, ordering: .relaxed)
    ended.wait()
    return found.withLock { $0 }
  }
}
