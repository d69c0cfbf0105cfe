import CLinux
import Engine
import Glibc

/// The watch's thread: it has a socket in every node's namespace, and waits for notices and orders.
///
/// It must run on a thread of its own, which it leaves in the namespace of the last node added.
struct WatchLoop {
  private let table: String
  private let bucketCounts: [Int]
  private let room: Int32
  private let farm: WatchedFarm
  private let orders: WatchOrders
  private var nodes: [WatchedNode] = []

  init(table: String, bucketCounts: [Int], room: Int32, farm: WatchedFarm, orders: WatchOrders) {
    self.table = table
    self.bucketCounts = bucketCounts
    self.room = room
    self.farm = farm
    self.orders = orders
  }

  /// Listens until the orders end, or the kernel cannot be read.
  mutating func run() {
    WatchLoop.raisePriority()
    while true {
      var waiting = nodes.map { pollfd(fd: $0.notices.descriptor, events: Int16(POLLIN), revents: 0) }
      waiting.append(pollfd(fd: orders.descriptor, events: Int16(POLLIN), revents: 0))
      if poll(&waiting, nfds_t(waiting.count), -1) < 0 { continue }
      do throws(LabError) {
        try listen(waiting)
      } catch {
        farm.note(error)
        return orders.refuseAll(error)
      }
      if waiting[nodes.count].revents == 0 { continue }
      let (orders, isEnded) = orders.take()
      for order in orders { carryOut(order) }
      if isEnded { return }
    }
  }

  private mutating func listen(_ waiting: [pollfd]) throws(LabError) {
    var changes: [FilterChange] = []
    for n in nodes.indices where waiting[n].revents != 0 {
      while nodes[n].drain(into: &changes) {
        farm.noteOverrun()
        changes.append(try nodes[n].resynchronise())
      }
    }
    if !changes.isEmpty { farm.add(changes.sorted { $0.at < $1.at }) }
  }

  private mutating func carryOut(_ order: WatchOrders.Order) {
    do throws(LabError) {
      switch order {
      case .add(let node, let namespace, _): try add(node, namespace)
      case .remove(let node, let at, _):
        nodes.removeAll { $0.node == node }
        farm.remove(FilterChange(node: node, at: at, filter: WatchedFilter(bucketCounts: bucketCounts)))
      }
      order.answer.give(nil)
    } catch {
      order.answer.give(error)
    }
  }

  private mutating func add(_ node: NodeID, _ namespace: Int32) throws(LabError) {
    guard clinux_setns(namespace, CLONE_NEWNET) == 0 else {
      throw .system("cannot enter the network of node \(node.rawValue + 1)")
    }
    var watched = try WatchedNode(node, table: table, bucketCounts: bucketCounts, room: room)
    let first = try watched.resynchronise()
    nodes.removeAll { $0.node == node }
    nodes.append(watched)
    farm.add([first])
  }

  /// A thread that waits for a processor stamps too late. If the system does not permit a priority, the watch runs
  /// without.
  private static func raisePriority() {
    var parameters = sched_param()
    parameters.sched_priority = 20
    pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters)
  }
}
