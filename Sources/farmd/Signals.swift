import Dispatch
import Foundation

/// The signals that a daemon takes as orders, as a stream, so that nothing of its work happens in a handler.
struct Signals {
  /// The orders as they come.
  let orders: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  /// - Parameters:
  ///   - numbers: from here on these signals do nothing by themselves.
  ///   - atOnce: the one that must not wait for anything, and what it does, on a thread of its own.
  init(_ numbers: [Int32], atOnce: (number: Int32, act: @Sendable () -> Void)) {
    let queue = DispatchQueue(label: "signals", qos: .userInteractive)
    var sources: [any DispatchSourceSignal] = []
    let (orders, continuation) = AsyncStream<Int32>.makeStream()
    for number in numbers + [atOnce.number] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      let act = atOnce.act
      let isAtOnce = number == atOnce.number
      source.setEventHandler { if isAtOnce { act() } else { continuation.yield(number) } }
      source.activate()
      sources.append(source)
    }
    self.orders = orders
    self.sources = sources
  }
}
