import NIOCore

/// Gives the service manager a sign of life from the driver's own event loop. When the loop hangs, the signs stop, and
/// the service manager restarts the daemon.
public struct Watchdog: Sendable {
  private let task: RepeatedTask

  /// - Returns: `nil` if the service manager waits for no sign.
  public init?(socket: NotifySocket?, driver: any EventLoop) {
    guard let socket, let time = socket.watchdogNanoseconds else { return nil }
    // Three signs within the time, so that one lost datagram does not cause a restart.
    let interval = TimeAmount.nanoseconds(time / 3)
    task = driver.scheduleRepeatedTask(initialDelay: .zero, delay: interval) { _ in socket.alive() }
  }

  public func stop() { task.cancel() }
}
