import Engine
import Foundation
import NIOPosix

/// Asks the witness again and again whether it answers, off the loop, and tells the node when that changes.
public final class GatewayWatch: Sendable {
  private let task: Task<Void, Never>

  /// How many echoes in a row must fail before the witness counts as silent: a single one may be lost.
  static let patience = 2

  /// - Parameters:
  ///   - interval: the time between two echoes, and the longest time for each.
  ///   - tell: told whether the witness answers, when that changes.
  public init(
    _ gateway: IPAddress, interval: Duration, pool: NIOThreadPool, tell: @escaping @Sendable (Bool) -> Void
  ) {
    task = Task {
      var silent = 0
      while !Task.isCancelled {
        let failure: String?
        do {
          failure = try await pool.runIfActive { Ping.failure(of: gateway, within: interval) }
        } catch { return }
        if failure == nil {
          if silent >= GatewayWatch.patience { tell(true) }
          silent = 0
        } else {
          silent += 1
          if silent == GatewayWatch.patience { tell(false) }
        }
        try? await Task.sleep(nanoseconds: UInt64(interval.nanoseconds))
      }
    }
  }

  public func stop() { task.cancel() }
}
