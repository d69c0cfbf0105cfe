import Foundation
import Synchronization

/// A thread that runs the work it is given, one piece after the other, until it is released.
///
/// Namespaces belong to threads, and a child process can only be tied to the life of the thread that started it. Both
/// therefore need a thread of their own, which no pool takes back.
final class LabThread: Sendable {
  private let inbox: Inbox

  init(name: String) {
    let inbox = Inbox()
    self.inbox = inbox
    let thread = Thread { while let work = inbox.next() { work() } }
    thread.name = name
    thread.start()
  }

  deinit { inbox.close() }

  /// Runs `body` on the thread and waits for it.
  func run<Result: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outcome = Outcome<Swift.Result<Result, Failure>>()
    let done = DispatchSemaphore(value: 0)
    inbox.put {
      let result: Swift.Result<Result, Failure>
      do throws(Failure) { result = .success(try body()) } catch { result = .failure(error) }
      outcome.set(result)
      done.signal()
    }
    done.wait()
    guard let result = outcome.value else { preconditionFailure("work that was not done") }
    return try result.get()
  }

  /// The result of a piece of work, passed between threads.
  private final class Outcome<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)
    var value: Value? { content.withLock { $0 } }
    func set(_ value: Value) { content.withLock { $0 = value } }
  }

  /// The waiting work.
  private final class Inbox: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [@Sendable () -> Void] = []
    private var isClosed = false

    func put(_ work: @escaping @Sendable () -> Void) {
      condition.lock()
      waiting.append(work)
      condition.signal()
      condition.unlock()
    }

    func close() {
      condition.lock()
      isClosed = true
      condition.signal()
      condition.unlock()
    }

    func next() -> (@Sendable () -> Void)? {
      condition.lock()
      defer { condition.unlock() }
      while waiting.isEmpty {
        if isClosed { return nil }
        condition.wait()
      }
      return waiting.removeFirst()
    }
  }
}
