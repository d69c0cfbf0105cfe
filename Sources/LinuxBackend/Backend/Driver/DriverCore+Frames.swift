import Engine
import NIOCore

/// Looks at the segment beside heartbeats. It tells the node whether frames of others arrive, so that the node can tell
/// a deaf card from a farm whose other nodes are dead. It also tells the node whether another machine has its address,
/// and the operator who forges heartbeats.
extension DriverCore {
  /// Looks twice an interval until the node ends. A farm of one node needs no look: it has nobody to yield to.
  func watchFrames() {
    if setup.farm.settings.nodeCount == 1 { return }
    let watch = FrameWatch(setup, at: MonotonicClock.now)
    let bound = NIOLoopBound((core: self, watch: watch), eventLoop: loop)
    let pause = setup.farm.settings.heartbeat.interval.nanoseconds / 2
    let task = loop.scheduleRepeatedTask(initialDelay: .nanoseconds(pause), delay: .nanoseconds(pause)) { _ in
      let (core, watch) = bound.value
      let interval = core.setup.farm.settings.heartbeat.interval
      if let arrive = watch.look(at: MonotonicClock.now, interval: interval) {
        core.take(.frames(arrive: arrive))
      }
      core.lookForTwin()
      core.lookForForgeries()
    }
    ended.futureResult.whenComplete { _ in task.cancel() }
  }

  /// Logs the MAC from which heartbeats come that no key explains.
  private func lookForForgeries() {
    for news in forgeries?.look(setup, sockets.authenticator, at: MonotonicClock.now) ?? [] {
      say(.forged(news))
    }
  }
}
