import CLinux
import Foundation

/// Runs a call in a network namespace of its own, on a thread that ends with it: nothing in it touches the host.
enum PrivateNamespace {
  /// - Returns: the body's result, or why there is no namespace, as `errno`.
  static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Result<
    Value, NetlinkSocket.Refusal
  > {
    let outcome = Outcome<Value>()
    let thread = Thread {
      if clinux_unshare(CLONE_NEWNET) == 0 {
        outcome.set(.success(body()))
      } else {
        outcome.set(.failure(NetlinkSocket.Refusal(code: errno)))
      }
    }
    thread.start()
    return outcome.wait()
  }

  private final class Outcome<Value: Sendable>: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private nonisolated(unsafe) var result: Result<Value, NetlinkSocket.Refusal>?

    func set(_ result: Result<Value, NetlinkSocket.Refusal>) {
      self.result = result
      done.signal()
    }

    func wait() -> Result<Value, NetlinkSocket.Refusal> {
      done.wait()
      return result!
    }
  }
}
