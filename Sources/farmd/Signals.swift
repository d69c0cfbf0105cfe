import Dispatch
import Foundation

/// The signals that a daemon takes as orders, as a stream, so that no work happens in a signal handler.
struct Signals {
  /// The orders in the order of their arrival.
  let orders: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  /// - Parameters:
  ///   - numbers: signals that become orders; from here on they have no other effect.
  ///   - atOnce: a signal that must not wait for anything, and its action, which runs on a thread of its own.
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
