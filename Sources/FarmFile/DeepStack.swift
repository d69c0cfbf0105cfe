import Foundation
import Synchronization

/// Runs recursive code on a stack that is deep enough for it.
///
/// libyaml stops at 1000 levels of nesting, but composing that many overflows a stack of 512 kB, which a
/// thread of the caller may have.
enum DeepStack {
  private static let bytes = 64 << 20

  private final class Slot<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
    let done = DispatchSemaphore(value: 0)
  }

  static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
    let slot = Slot<Value>()
    let thread = Thread {
      let value = body()
      slot.value.withLock { $0 = value }
      slot.done.signal()
    }
    thread.stackSize = bytes
    thread.start()
    slot.done.wait()
    guard let value = slot.value.withLock({ $0 }) else { preconditionFailure("signalled without a value") }
    return value
  }
}
