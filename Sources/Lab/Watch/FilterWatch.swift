import Engine
import Foundation

/// What every node's kernel filter accepts, and when, as the kernels announce it.
///
/// One thread listens in every node's network namespace for the notices of committed transactions. Nothing is asked
/// of the daemons: this is what packets meet. A notice is sent after its transaction is in force and read a moment
/// later, so instants are late by what waking a thread costs and never early. Where the kernel drops notices
/// because they come faster than they are read, the filter is read again in full and the change says so.
public final class FilterWatch: Sendable {
  /// Room for the notices of many large commits, in bytes.
  private static let usualRoom: Int32 = 16 << 20

  private let heard = WatchedFarm()
  private let orders: WatchOrders

  /// Begins, with no node yet.
  /// - Parameters:
  ///   - table: the name of the backend's table of family inet.
  ///   - bucketCounts: by ownership group.
  /// - Throws: the system gives no event descriptor.
  public convenience init(table: String, bucketCounts: [Int]) throws(LabError) {
    try self.init(table: table, bucketCounts: bucketCounts, room: FilterWatch.usualRoom)
  }

  /// - Parameter room: bytes of notices of a node that may wait to be read.
  init(table: String, bucketCounts: [Int], room: Int32) throws(LabError) {
    let orders = try WatchOrders()
    let heard = heard
    // A thread of its own: entering a namespace is a thread's matter, and so is its priority.
    let thread = Thread {
      var loop = WatchLoop(table: table, bucketCounts: bucketCounts, room: room, farm: heard, orders: orders)
      loop.run()
      heard.end()
    }
    thread.name = "filter watch"
    thread.start()
    self.orders = orders
  }

  deinit { stop() }

  /// Listens to a node from here on, in place of what was listened to under its id before. Its filter as it is
  /// now is the first change.
  /// - Parameter namespace: a descriptor of the node's network namespace; used until the call returns.
  /// - Throws: a namespace that cannot be entered, or rules that cannot be read.
  public func add(_ node: NodeID, namespace: Int32) throws(LabError) {
    try orders.give { .add(node, namespace: namespace, $0) }
  }

  /// The node's machine has lost its power: its filter is empty from then on, and nothing more is heard of it.
  public func remove(_ node: NodeID, at instant: Instant) {
    try? orders.give { .remove(node, at: instant, $0) }
  }

  /// By node: its filter after the last change heard; nodes without power are left out.
  public func current() -> [NodeID: WatchedFilter] { heard.current }

  /// The changes since the last call, in order of time for each node.
  public func take() -> [FilterChange] { heard.take() }

  /// How many times a kernel dropped notices.
  public var overruns: Int { heard.overruns }

  /// Why the watch has ended by itself, if it has.
  public var failure: LabError? { heard.failure }

  /// Ends the watch and waits until its thread is gone. Nothing is heard from here on.
  public func stop() {
    orders.end()
    heard.waitForEnd()
  }
}
