import FarmFile
import Foundation
import NIOCore

/// Tells the service manager how the daemon is doing, as `sd_notify(3)` does.
///
/// Every message is one datagram that is sent or dropped at once: the service manager never delays a heartbeat.
/// - Source: <https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html>
public final class NotifySocket: Sendable {
  private let socket: Descriptor
  /// How long the service manager waits for a sign of life before it restarts the daemon, in nanoseconds; `nil` if it
  /// waits for none.
  public let watchdogNanoseconds: Int64?

  /// - Parameter environment: of this process; the service manager names its socket there.
  /// - Returns: `nil` if nobody asked for messages.
  public init?(environment: [String: String] = ProcessInfo.processInfo.environment, process: Int32 = getpid())
  {
    guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@"),
      let address = UnixSocket.address(path)
    else { return nil }
    let number = UnixSocket.open(SOCK_DGRAM)
    socket = Descriptor(owning: number)
    guard number >= 0, UnixSocket.call(address, { connect(number, $0, $1) }) == 0 else { return nil }
    let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
    let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdogNanoseconds =
      isForUs && microseconds > 0 && microseconds < .max / 1000 ? microseconds * 1000 : nil
  }

  /// The node runs, or has read its configuration again.
  public func ready() { send("READY=1") }

  /// A line for `systemctl status`.
  public func status(_ text: String) { send(Self.status(text)) }

  /// A sign of life.
  public func alive() { send("WATCHDOG=1") }

  /// The daemon leaves the farm.
  public func stopping(_ text: String) { send("STOPPING=1\n" + Self.status(text)) }

  /// The configuration is being read again. ``ready()`` must follow.
  public func reloading() {
    let now = MonotonicClock.now.nanoseconds / 1000
    send("RELOADING=1\nMONOTONIC_USEC=\(now)")
  }

  private static func status(_ text: String) -> String {
    "STATUS=" + PlainText.line(text)
  }

  private func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Foundation.send(socket.number, bytes, bytes.count, UnixSocket.noSignal | UnixSocket.noWait)
  }
}

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
