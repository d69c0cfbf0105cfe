import CLinux
import Engine
import FarmFile
import Foundation
import Glibc
import LinuxBackend
import Synchronization

/// Orders of other threads to the watch's thread, and the descriptor that wakes it.
final class WatchOrders: Sendable {
  enum Order: Sendable {
    case add(NodeID, namespace: Int32, Answer)
    case remove(NodeID, at: Instant, Answer)

    var answer: Answer {
      switch self {
      case .add(_, _, let answer), .remove(_, _, let answer): answer
      }
    }
  }

  /// The outcome of an order, for the thread that waits for it.
  final class Answer: Sendable {
    private let failure = Mutex<LabError?>(nil)
    private let done = DispatchSemaphore(value: 0)

    func give(_ error: LabError?) {
      failure.withLock { $0 = error }
      done.signal()
    }

    fileprivate func wait() throws(LabError) {
      done.wait()
      if let error = failure.withLock({ $0 }) { throw error }
    }
  }

  private struct Waiting {
    var orders: [Order] = []
    var isEnded = false
  }

  private let waiting = Mutex(Waiting())
  private let event: Descriptor
  /// Readable while there are orders.
  var descriptor: Int32 { event.number }

  init() throws(LabError) {
    event = Descriptor(owning: eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)))
    guard event.number >= 0 else {
      throw LabError("the system gives no event descriptor: \(SystemReason(errno).text)")
    }
  }

  /// Gives an order and waits until it is done. Must not be called from the watch's own thread.
  func give(_ order: (Answer) -> Order) throws(LabError) {
    let answer = Answer()
    let order = order(answer)
    let isTaken = waiting.withLock { waiting in
      if !waiting.isEnded { waiting.orders.append(order) }
      return !waiting.isEnded
    }
    guard isTaken else { throw LabError("the watch of the filters has ended") }
    eventfd_write(descriptor, 1)
    try answer.wait()
  }

  /// Ends the watch's thread; there are no more orders. Can be called several times.
  func end() {
    waiting.withLock { $0.isEnded = true }
    eventfd_write(descriptor, 1)
  }

  /// For the watch's thread: the waiting orders, and whether they are the last.
  func take() -> (orders: [Order], isEnded: Bool) {
    var count: eventfd_t = 0
    eventfd_read(descriptor, &count)
    return waiting.withLock { waiting in
      defer { waiting.orders = [] }
      return (waiting.orders, waiting.isEnded)
    }
  }

  /// For the watch's thread when it fails: refuses the waiting orders and all later ones, so that no thread keeps
  /// waiting.
  func refuseAll(_ error: LabError) {
    let orders = waiting.withLock { waiting in
      waiting.isEnded = true
      defer { waiting.orders = [] }
      return waiting.orders
    }
    for order in orders { order.answer.give(error) }
  }
}
