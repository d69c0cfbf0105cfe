import NIOPosix
import Synchronization

extension NIOThreadPool {
  /// Ends its threads, and waits for them only a moment. A disk that hangs, or a command that the kernel does not let
  /// end, may keep a thread for ever, and must not keep the daemon.
  /// - Returns: whether all of them have ended.
  @discardableResult
  func end(within milliseconds: Int = 1000) async -> Bool {
    let flag = Flag()
    shutdownGracefully { _ in flag.isSet.withLock { $0 = true } }
    for _ in 0..<milliseconds / 10 where !flag.isSet.withLock({ $0 }) {
      try? await Task.sleep(for: .milliseconds(10))
    }
    return flag.isSet.withLock { $0 }
  }

  private final class Flag: Sendable { let isSet = Mutex(false) }
}
