import Engine
import Foundation

/// What every node's kernel filter accepts, and when, as the kernels announce it.
///
/// One thread listens in every node's network namespace for the notices of committed transactions. It asks the daemons
/// nothing: the filter is what packets meet. The kernel sends a notice when its transaction is in force, and the thread
/// reads it a moment later. So times are late by the waking of a thread, and never early. If notices come faster than
/// they are read, the kernel drops some. The filter is then read again in full, and the change says so.
public final class FilterWatch: Sendable {
  /// Room for the notices of many large commits, in bytes.
  private static let usualRoom: Int32 = 16 << 20

  private let heard = WatchedFarm()
  private let orders: WatchOrders

  /// Starts the watch, without any node.
  /// - Parameters:
  ///   - table: the name of the backend's table, of family inet.
  ///   - bucketCounts: by ownership group.
  /// - Throws: if the system has no event descriptor left.
  public convenience init(table: String, bucketCounts: [Int]) throws(LabError) {
    try self.init(table: table, bucketCounts: bucketCounts, room: FilterWatch.usualRoom)
  }

  /// - Parameter room: bytes of a node's notices that can wait to be read.
  init(table: String, bucketCounts: [Int], room: Int32) throws(LabError) {
    let orders = try WatchOrders()
    let heard = heard
    // A thread of its own, since a namespace and a priority belong to a thread.
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

  /// Listens to a node from now on, instead of an earlier one with its id. Its present filter is the first change.
  /// - Parameter namespace: a descriptor of the node's network namespace, used until the call returns.
  /// - Throws: if the namespace cannot be entered, or its rules cannot be read.
  public func add(_ node: NodeID, namespace: Int32) throws(LabError) {
    try orders.give { .add(node, namespace: namespace, $0) }
  }

  /// The node's machine has lost its power: its filter is empty from then on, and is no longer listened to.
  public func remove(_ node: NodeID, at instant: Instant) {
    try? orders.give { .remove(node, at: instant, $0) }
  }

  /// By node: its filter after the last change. Nodes without power are left out.
  public func current() -> [NodeID: WatchedFilter] { heard.current }

  /// The changes since the last call, in order of time for each node.
  public func take() -> [FilterChange] { heard.take() }

  /// How often a kernel dropped notices.
  public var overruns: Int { heard.overruns }

  /// Why the watch ended by itself; `nil` if it did not.
  public var failure: LabError? { heard.failure }

  /// Ends the watch and waits for its thread. Nothing is recorded from then on.
  public func stop() {
    orders.end()
    heard.waitForEnd()
  }
}
