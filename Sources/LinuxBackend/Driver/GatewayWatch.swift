import Engine
import Foundation
import NIOPosix

/// Asks the witness again and again whether it answers, off the loop, and tells the node what changed.
public final class GatewayWatch: Sendable {
  private let task: Task<Void, Never>

  /// Echoes that must fail in a row before the witness counts as silent: one may be lost.
  static let patience = 2

  /// - Parameters:
  ///   - interval: between two echoes, and how long each may take.
  ///   - tell: whether it answers; called when that changes.
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
