import Engine
import NIOCore
import NIOPosix

/// What is done once a second beside the protocol.
extension DriverCore {
  /// Opens lost sockets again and has the tracked flows counted, until the node ends.
  func keepHouse(pool: NIOThreadPool) {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let loop = loop
    let task = loop.scheduleRepeatedAsyncTask(initialDelay: .zero, delay: .seconds(1)) { _ in
      bound.value.sockets.repair()
      return bound.value.countFlows(pool: pool)
    }
    ended.futureResult.whenComplete { _ in task.cancel() }
  }

  /// Counts on another thread, since a full table takes the kernel a while to list. What cannot be counted is not told.
  private func countFlows(pool: NIOThreadPool) -> EventLoopFuture<Void> {
    let settings = node.settings
    let counter = FlowCounter(settings: settings, virtualIPs: setup.farm.virtualIPs)
    let owned = settings.ownershipGroups.indices.map { node.owned(GroupID($0)) }
    let bound = NIOLoopBound(self, eventLoop: loop)
    let count = pool.runIfActive(eventLoop: loop) { try? counter.count(owned: owned) }
    return count.map { counts in
      // Of groups that were exchanged meanwhile nothing is known yet.
      if let counts, bound.value.node.settings == settings { bound.value.flows = counts }
    }
  }
}
