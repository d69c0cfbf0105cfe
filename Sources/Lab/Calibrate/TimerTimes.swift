import Engine
import Foundation
import LinuxBackend
import NIOCore
import NIOPosix
import Synchronization

/// How late an event loop like the daemon's runs a task.
enum TimerTimes {
  /// - Parameter isLoaded: whether twice as many threads as cores compute meanwhile.
  static func measure(rounds: Int, isLoaded: Bool) throws(LabError) -> MeasuredTimes {
    try withLoad(isLoaded) { () throws(LabError) in
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      defer { try? group.syncShutdownGracefully() }
      let loop = group.next()
      do {
        // The daemon's driver also runs above ordinary processes, if permitted.
        try loop.submit { _ = RealTime.raisePriority() }.wait()
        var late: [UInt64] = []
        for round in 0..<rounds {
          // Odd lengths, so that they do not coincide with ticks of the system.
          let length = TimeAmount.microseconds(3_000 + Int64(round * 37 % 2_000))
          let due = MonotonicClock.now + Duration(nanoseconds: length.nanoseconds)
          let ran = try loop.scheduleTask(in: length) { MonotonicClock.now }.futureResult.wait()
          late.append(UInt64(max(0, (ran - due).nanoseconds)))
        }
        return MeasuredTimes(late)
      } catch { throw LabError("timers cannot be measured: \(error)") }
    }
  }

  private static func withLoad<Result>(
    _ isLoaded: Bool, _ body: () throws(LabError) -> Result
  ) throws(LabError) -> Result {
    guard isLoaded else { return try body() }
    let load = Load()
    defer { load.end() }
    return try body()
  }

  /// Twice as many threads as cores, which only compute.
  private final class Load: Sendable {
    private let isOver = Atomic(false)

    init() {
      for _ in 0..<2 * ProcessInfo.processInfo.activeProcessorCount {
        Thread { [self] in
          while !isOver.load(ordering: .relaxed) { for _ in 0..<1000 { _ = MonotonicClock.now } }
        }.start()
      }
    }

    func end() { isOver.store(true, ordering: .relaxed) }
  }
}
